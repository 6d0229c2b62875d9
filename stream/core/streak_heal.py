"""Streaks of earlier releases, which were kept in numbers of days."""

from __future__ import annotations

from stream.core.gaps import MINUTE_MS, OF_DAYS, OF_WEEKS, Gap, pack
from stream.core.streak_row import WEEKS, Streak, period_of
from stream.core.zones import date_of, midnight_ms

_FARTHEST = 3
"""Periods by which an earlier release may have numbered the newest event differently; beyond, days were weeks."""


def heal(streak: Streak, weeks: bool) -> None:
    """Make of an earlier release's runs, in numbers of periods, when they began and what lies between them.

    It counted on from one zone's numbers to another's, so that a run could be longer than it had periods. Of a period
    its last minute stands for its events: no other zone then reads more from it than this one does.
    """
    end = period_of(streak.newest_ms, streak.zone, weeks)
    newest = streak.newest_ms // MINUTE_MS
    runs = [(first, last, min(length, last - first + 1)) for first, last, length in streak.runs]
    if abs(runs[-1][1] - end) > _FARTHEST:
        # It counted the others, days or weeks, before the rules were changed, and has not counted since.
        runs, weeks = [(end, end, 1)], not weeks
    last = runs[-1][1]
    moved = end - last
    starts = [min(newest, _last_minute(each[1] + moved - each[2] + 1, streak.zone, weeks)) for each in runs]
    ends = [min(newest, _last_minute(each[1] + moved, streak.zone, weeks)) for each in runs]
    bounds = OF_WEEKS if weeks else OF_DAYS
    gaps = [Gap(ends[place], starts[place + 1]) for place in range(len(runs) - 1)]
    streak.start, streak.floor = starts[0], 0
    streak.gaps = pack((gap for gap in gaps if gap.end - gap.start >= bounds.harmless), streak.start)
    streak.kind = WEEKS * weeks


def _last_minute(period: int, zone: str, weeks: bool) -> int:
    following = period * 7 + 4 if weeks else period + 1
    return midnight_ms(date_of(following), zone) // MINUTE_MS - 1
