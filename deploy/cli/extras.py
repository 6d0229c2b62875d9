"""A library that is not installed: which extra of the package brings it."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from schemas.errors import CairnError
from stream.runtime.exits import Exit

_CHANNELS = "channels"
EXTRAS: Mapping[tuple[str, ...], str] = MappingProxyType(
    {
        ("channels",): _CHANNELS,
        ("channels", "testing"): "channels,counterparts",
        ("templates",): _CHANNELS,
        ("deploy", "preview"): _CHANNELS,
        ("deploy", "rehearsal"): _CHANNELS,
        ("deploy", "broker"): "broker",
        ("deploy", "demo"): "broker,channels,counterparts,reactions",
        ("stream", "reactions"): "reactions",
    }
)
"""The extras that the libraries of a room come with; every other room needs the package alone."""
_ROOT = Path(__file__).parents[2]
_OURS = frozenset({"cairn", "channels", "deploy", "schemas", "stream", "templates"})


def not_installed(error: ImportError) -> CairnError | None:
    """Return the error for a library that is missing or cannot be loaded, by the room that wanted it.

    None for a module of ours: that is a fault of Cairn.
    """
    if error.name is None or error.name.partition(".")[0] in _OURS:
        return None
    room = _room_of(error)
    package = f'"cairn-milestones[{EXTRAS[room]}]"' if room else "cairn-milestones"
    return CairnError(
        f"a library is not installed: {error.name}"
        if isinstance(error, ModuleNotFoundError)
        else f"a library cannot be loaded: {error}",
        where=f"the Python environment; {'.'.join(room)} needs it" if room else "the Python environment",
        fix=f"pip install {package}",
        exit=Exit.USAGE,
    )


def _room_of(error: ImportError) -> tuple[str, ...]:
    """The room of `EXTRAS` that was entered first on the way to the import: what it needs is all that is needed."""
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        parts = file.relative_to(_ROOT).parent.parts if file.is_relative_to(_ROOT) else ()
        for size in range(len(parts), 0, -1):
            if parts[:size] in EXTRAS:
                return parts[:size]
    return ()
