"""The values in which two parts of a milestones file differ."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from deploy.cli.rules.change import Field


def differing(before: Mapping[str, Any], after: Mapping[str, Any], under: str = "") -> tuple[Field, ...]:
    """Return a field for each value that differs, mappings entered: `tiers.minor.channels`."""
    found: list[Field] = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        name = f"{under}{key}"
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += differing(old, new, f"{name}.")
        else:
            found.append(Field(name, _plain(old), _plain(new)))
    return tuple(found)


def _plain(value: Any) -> Any:
    """As JSON can hold it: decimals as text, exact; what is not said is left out."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items() if each is not None}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
