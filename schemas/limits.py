"""What is too much: sizes, numbers and times that the door refuses beyond."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.bounds import MomentBounds

SMALLEST = -(2**63)
LARGEST = 2**63 - 1
"""Numbers that every reader of the topics holds exactly in a 64-bit integer (Java's `long`)."""

PLACES = 36
"""Digits after the decimal point. Enough for every double a program computes (sin(pi) has 32), and bounded, because
sums are exact and a contact's row is not."""

ID_BYTES = 256
"""Bytes of UTF-8 in one id (id, source, contact_id, event)."""

ZONE_LENGTH = 64
"""Characters in the name of a time zone; the longest that IANA and Windows have are of 32."""

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
    """How far ahead of the clock any moment may be."""
    earliest_sign_up_ms: int = 315_532_800_000
    """1980-01-01T00:00:00Z: nobody's account is older, but zero dates are (the years 1, 1900, 1970)."""
    earliest_consent_ms: int = 946_684_800_000
    """2000-01-01T00:00:00Z."""

    def __post_init__(self) -> None:
        if self.nesting < _NESTING_OF_AN_EVENT:
            raise ValueError(f"an event with properties is nested {_NESTING_OF_AN_EVENT} deep, not {self.nesting}")

    def happened(self, clock_ms: int) -> MomentBounds:
        """When an event or a change may have happened."""
        return MomentBounds(self.earliest_ms, clock_ms, self.future_ms)

    def signed_up(self, clock_ms: int) -> MomentBounds:
        """When a contact may have signed up."""
        return MomentBounds(self.earliest_sign_up_ms, clock_ms, self.future_ms)

    def consented(self, clock_ms: int) -> MomentBounds:
        """When a contact may have consented."""
        return MomentBounds(self.earliest_consent_ms, clock_ms, self.future_ms)


DEFAULTS = Limits()
