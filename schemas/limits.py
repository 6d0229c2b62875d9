"""What is too much: sizes, numbers and times that the door refuses beyond."""

from __future__ import annotations

from dataclasses import dataclass

SMALLEST = -(2**63)
LARGEST = 2**63 - 1
"""Numbers that every reader of the topics holds exactly in a 64-bit integer (Java's `long`)."""

PLACES = 36
"""Digits after the decimal point. Enough for every double a program computes (sin(pi) has 32), and bounded, because
sums are exact and a contact's row is not."""

ID_BYTES = 256
"""Bytes of UTF-8 in one id (id, source, contact_id, event)."""


_NESTING_OF_AN_EVENT = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """The settable limits of an input; each field names its unit.

    Raises:
        ValueError: a nesting that no event with properties could keep to.
    """

    record_bytes: int = 64 * 1024
    nesting: int = 16
    earliest_ms: int = 946_684_800_000
    """2000-01-01T00:00:00Z."""
    future_ms: int = 10 * 60 * 1000
    """How far ahead of the worker's clock an event may be."""

    def __post_init__(self) -> None:
        if self.nesting < _NESTING_OF_AN_EVENT:
            raise ValueError(f"an event with properties is nested {_NESTING_OF_AN_EVENT} deep, not {self.nesting}")


DEFAULTS = Limits()
