"""A default that is written all the same, in records that leave out the others."""

from __future__ import annotations

from typing import TypeVar

import msgspec

Value = TypeVar("Value")


def written(value: Value) -> Value:
    """Return a struct field's default that `omit_defaults` does not leave out: readers tell versions by it."""
    # A factory is called, not compared (msgspec omits only what equals a plain default).
    field: Value = msgspec.field(default_factory=lambda: value)
    return field
