"""Which role publishes a metric, as the code has it: the role of each room whose modules use the metric's name."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from stream.runtime import metrics
from stream.runtime.metrics import Metric

ROOT = Path(__file__).parents[2]
EVERY_ROLE = ("every role",)
_DISPATCHERS = ("dispatchers",)

_TABLE = "stream.runtime.metrics"
_ROOMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "stream/tracker": ("tracker",),
        "stream/planner": ("planner",),
        "stream/engine": ("tracker", "planner"),
        "stream/reactions": ("reactions",),
        "channels/dispatch": _DISPATCHERS,
        "channels/email": _DISPATCHERS,
        "channels/web_push": _DISPATCHERS,
        "channels/mobile_push": _DISPATCHERS,
        "channels/portal": ("portal",),
    }
)
# Of what a room publishes itself the supervisor only knows more: it is listed for what it alone tells.
_SUPERVISOR = "stream/runtime"
_ORDER = tuple(dict.fromkeys(role for roles in _ROOMS.values() for role in roles))


def publishers(root: Path = ROOT) -> dict[str, tuple[str, ...]]:
    """Return the roles of each metric by its name; one that nobody uses is not in it.

    Raises:
        OSError: a room's source cannot be read.
    """
    found: dict[str, set[str]] = {}
    for room, roles in _ROOMS.items():
        for metric in _used_in(root / room):
            found.setdefault(metric.name, set()).update(roles)
    ordered = {name: tuple(each for each in _ORDER if each in roles) for name, roles in found.items()}
    everywhere = {metric.name: EVERY_ROLE for metric in _used_in(root / _SUPERVISOR)}
    return everywhere | ordered


def _used_in(room: Path) -> Iterator[Metric]:
    for module in sorted(room.rglob("*.py")):
        if module != Path(metrics.__file__):
            yield from _used(ast.parse(module.read_text("utf-8")))


def _used(module: ast.Module) -> Iterator[Metric]:
    """The metrics of the table that a module takes, by name or through the table's module."""
    parts = list(ast.walk(module))
    taken = _taken(parts)
    for part in parts:
        if isinstance(part, ast.ImportFrom) and part.module == _TABLE:
            yield from _metrics(each.name for each in part.names)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in taken:
            yield from _metrics([part.attr])


def _taken(parts: Iterable[ast.AST]) -> set[str]:
    package, _, name = _TABLE.rpartition(".")
    imports = [part for part in parts if isinstance(part, ast.ImportFrom) and part.module == package]
    return {each.asname or each.name for part in imports for each in part.names if each.name == name}


def _metrics(names: Iterable[str]) -> Iterator[Metric]:
    for name in names:
        metric = getattr(metrics, name, None)
        if isinstance(metric, Metric):
            yield metric
