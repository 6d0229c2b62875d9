"""A streak as a contact's row keeps it."""

from __future__ import annotations

import msgspec

from stream.core.gaps import MINUTE_MS, OF_DAYS, OF_WEEKS
from stream.core.zones import day_of, days_last, week_of

WEEKS, STAND_IN, SETTLED = 1, 2, 4
"""What is in `Streak.kind`."""


class Reading(msgspec.Struct, array_like=True, gc=False):
    """A zone in force from the event at ``first`` to that at ``last`` (minutes), in which no period is missed from
    ``start`` to where the lateness begins."""

    zone: str
    start: int
    first: int
    last: int


class Streak(msgspec.Struct, array_like=True, gc=False):
    """The runs of one metric that an event may still touch.

    ``newest_ms`` (epoch ms) is the newest event, ``zone`` the one it was read in. To ``until_ms`` every event in that
    zone changes nothing but ``newest_ms``; 0: not worked out. ``runs`` holds one [start, end, length] in numbers of
    days since 1970-01-01 or of ISO weeks; releases before ``start`` went on from it, and had older runs in it too.

    Minutes since 1970: ``start`` as in a `Reading` of ``zone``; 0: written by an earlier release. ``floor``, counted
    from ``start``, is where what is known for any zone begins, and ``gaps``, packed from there, are those since.
    ``others`` are the other zones, None without any, and ``entered`` is then since when ``zone`` is in force. ``kind``
    holds two flags (1, it counts weeks; 2, ``zone`` is the product's, and stands in for one that is not known) and, in
    steps of 4, how many of the gaps are settled: no event can come into them any more.
    """

    newest_ms: int
    zone: str
    runs: list[list[int]]
    until_ms: int = 0
    start: int = 0
    floor: int = 0
    gaps: list[int] = []
    kind: int = 0
    others: list[Reading] | None = None
    entered: int = 0

    def counts(self, *, weeks: bool) -> bool:
        """Whether it counts weeks, or days; of what an earlier release wrote this is not known, and taken for true."""
        return not self.start or bool(self.kind & WEEKS) == weeks


def settle_length(streak: Streak, length: int, weeks: bool) -> None:
    """Write how long the newest run is, and until when no event of its zone changes that."""
    at_ms, zone = streak.newest_ms, streak.zone
    end = period_of(at_ms, zone, weeks)
    streak.runs = [[end - length + 1, end, length]]
    streak.until_ms = lasts_in(zone, at_ms, end, weeks)
    for each in streak.others or ():
        period = period_of(at_ms, each.zone, weeks)
        streak.until_ms = min(streak.until_ms, lasts_in(each.zone, at_ms, period, weeks))


def lasts_in(zone: str, at_ms: int, period: int, weeks: bool) -> int:
    """Return a moment up to which every event lies in the period of the newest, with no gap before it that counts."""
    if weeks:
        return min(at_ms + OF_WEEKS.harmless * MINUTE_MS, days_last(at_ms, period * 7 + 4, zone))
    return min(at_ms + OF_DAYS.harmless * MINUTE_MS, days_last(at_ms, period + 1, zone))


def period_of(at_ms: int, zone: str, weeks: bool) -> int:
    """Return the number of a moment's day since 1970-01-01, or of its ISO week."""
    day = day_of(at_ms, zone)
    return week_of(day) if weeks else day
