"""Bounds: which moments of a record are believed. Every moment that comes in passes them, in whichever field."""

from __future__ import annotations

from typing import NamedTuple

from schemas.moment import LAST_MS, shown
from schemas.record import Record
from schemas.rejection import Rejection

_YEAR_MS = 366 * 86_400_000
FOREVER_MS = LAST_MS - _YEAR_MS
"""No moment later than this (epoch ms) is ever believed, so that what is reckoned from it, a day in a zone, the next
month, still has a date."""
_CREDIBLE_MS = 946_684_800_000
"""A record's timestamp below this (2000-01-01) was never a clock: seconds for milliseconds, or none at all."""


class MomentBounds(NamedTuple):
    """What one field takes: from `earliest_ms` to `future_ms` ahead of the clock, both included (epoch ms)."""

    earliest_ms: int
    clock_ms: int
    future_ms: int

    @property
    def latest_ms(self) -> int:
        """The last moment that is believed."""
        return min(self.clock_ms + self.future_ms, FOREVER_MS)

    def fault(self, at_ms: int, name: str, pointer: str) -> Rejection | None:
        """Why a moment is not believed: `time_too_early` or `time_in_future`; None if it is.

        `name` is what people call the field.
        """
        if at_ms < self.earliest_ms:
            return Rejection("time_too_early", f"{name} ({shown(at_ms)}) is before {shown(self.earliest_ms)}", pointer)
        if at_ms > self.latest_ms:
            message = f"{name} ({shown(at_ms)}) is ahead of the clock ({shown(self.clock_ms)})"
            return Rejection("time_in_future", message, pointer)
        return None


def clock_of(record: Record, now_ms: int | None) -> int:
    """Return the clock (epoch ms) that the moments of a profile or change are held against.

    It is the record's own timestamp: read again after weeks, by a new worker or on an empty state, the record then gets
    the verdict that it had when it was new. Only where the timestamp is ahead of the reader's clock, `now_ms`, or is
    none, the reader's counts; None: there is no reader's clock, and the timestamp alone counts.
    """
    kind, stamp_ms = record.timestamp()
    now_ms = FOREVER_MS if now_ms is None else now_ms
    return min(stamp_ms, now_ms) if kind and stamp_ms >= _CREDIBLE_MS else now_ms
