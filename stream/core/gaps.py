"""Gaps: the times without an event that are long enough to miss a day, or a week, of some zone.

In minutes since 1970: since 2000 every zone begins its days on a whole minute, so a minute tells the day.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stream.core.zones import day_of, skipped_days, week_of

MINUTE_MS = 60_000
_DAY, _WEEK = 24 * 60, 7 * 24 * 60
_SHIFT = 3 * 60
"""By how much a clock was set at once since 2000, at most: three hours, at Casey in Antarctica."""


class Gap(NamedTuple):
    """From the last event before it to the first one after it, both in minutes."""

    start: int
    end: int


class Bounds(NamedTuple):
    """Lengths of gaps in minutes: below ``harmless`` none misses a period anywhere, from ``fatal`` on each does."""

    harmless: int
    fatal: int


# The shortest day has 21 hours. A gap may begin with a day's first event and so touch that day, of at most 27 hours
# then; with another whole one behind it, it has missed that.
OF_DAYS = Bounds(_DAY - _SHIFT, 2 * _DAY + _SHIFT)
OF_WEEKS = Bounds(_WEEK - _SHIFT, 2 * _WEEK + _SHIFT)

REMEMBERED = 8
"""Gaps that are kept of what lies behind the lateness, for zones that are still to come. Who comes once a day has one
for each day, of 4 bytes. 8 of at least 21 hours, and the 48 of the lateness: the last nine days of any run can be read
in a new zone. What lies before is not known there, and goes on counting in the zones that were in force."""


def unpack(packed: list[int], start: int) -> list[Gap]:
    """Return the gaps that `pack` wrote."""
    gaps = []
    for place in range(0, len(packed), 2):
        begin = start + packed[place]
        start = begin + packed[place + 1]
        gaps.append(Gap(begin, start))
    return gaps


def pack(gaps: Iterable[Gap], start: int) -> list[int]:
    """Return how long it is from ``start`` to the first gap, how long that is, how long to the next, and so on."""
    packed: list[int] = []
    for gap in gaps:
        packed += (gap.start - start, gap.end - gap.start)
        start = gap.end
    return packed


def split(gaps: list[Gap], minute: int, bounds: Bounds) -> None:
    """Put an event into the gap in which it lies, if it does."""
    for place, gap in enumerate(gaps):
        if gap.start < minute < gap.end:
            parts = (Gap(gap.start, minute), Gap(minute, gap.end))
            gaps[place : place + 1] = [part for part in parts if part.end - part.start >= bounds.harmless]
            return


def periods(start: int, end: int, zone: str, *, weeks: bool) -> int:
    """Return how many days, or ISO weeks, the zone has from one minute to another, those of both included.

    A date that a country skipped, as Samoa 30 December 2011, is none.
    """
    first, last = day_of(start * MINUTE_MS, zone), day_of(end * MINUTE_MS, zone)
    if weeks:
        return week_of(last) - week_of(first) + 1
    count = last - first + 1
    if count > 2 and (skipped := skipped_days(zone)):
        count -= sum(first < day < last for day in skipped)
    return count


def misses(gap: Gap, zone: str, *, weeks: bool) -> bool:
    """Whether a whole day, or week, of the zone lies in the gap."""
    return periods(gap.start, gap.end, zone, weeks=weeks) > 2
