"""Streaks: days or weeks in a row, in the contact's own zone."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from stream.core.zones import day_of, days_last, is_skipped, week_of

LATENESS_MS = 48 * 3_600_000
"""How much older than the newest event one may be and still count."""
_FARTHEST = 3
"""Periods by which two zones may number one moment differently, and more."""
_STEP = 2
"""The longest step from one period to the next: from 29 to 31 December 2011 in Samoa."""


class Streak(msgspec.Struct, array_like=True, gc=False):
    """The runs of one metric that an event may still touch.

    ``newest_ms`` (epoch ms) is the newest event, ``zone`` the one in which the newest run's end was numbered. From
    the newest event to ``until_ms`` every moment has the number of the newest run's end; 0: not worked out.
    ``runs`` holds [start, end, length], oldest first, in numbers of days since 1970-01-01 or of ISO weeks. The length
    is not always end - start + 1: who flies across zones may miss a date, or live one twice, without missing a day.
    """

    newest_ms: int
    zone: str
    runs: list[list[int]]
    until_ms: int = 0


class Touch(NamedTuple):
    """What an event did: the length of the newest run, and of the longest run that the event belongs to."""

    newest: int
    longest: int


def begin(at_ms: int, zone: str, *, weeks: bool) -> Streak:
    """Return the streak of a first event."""
    period = _period(at_ms, zone, weeks)
    return Streak(at_ms, zone, [[period, period, 1]], _lasts(at_ms, period, zone, weeks))


def extend(streak: Streak, at_ms: int, zone: str, *, weeks: bool, lateness_ms: int = LATENESS_MS) -> Touch:
    """Count an event in place. ``zone`` is the contact's now.

    An event that is older than the newest by more than ``lateness_ms`` changes nothing.
    """
    runs = streak.runs
    if at_ms >= streak.newest_ms and zone == streak.zone and (period := _period(at_ms, zone, weeks)) == runs[-1][1]:
        streak.newest_ms, streak.until_ms = at_ms, _lasts(at_ms, period, zone, weeks)
        return Touch(runs[-1][2], runs[-1][2])
    streak.until_ms = 0
    if at_ms < streak.newest_ms - lateness_ms:
        return Touch(runs[-1][2], 0)
    if abs(runs[-1][1] - _period(streak.newest_ms, streak.zone, weeks)) > _FARTHEST:
        # The rules had it in days and now have it in weeks, or the reverse: it begins anew.
        streak.newest_ms, streak.zone = at_ms, zone
        streak.runs = [[_period(at_ms, zone, weeks)] * 2 + [1]]
        return Touch(1, 1)
    stored = _period(at_ms, streak.zone, weeks)
    if zone == streak.zone or at_ms <= streak.newest_ms:
        # A change of zone is for later days: what happened before the newest event is numbered as that was.
        longest = _insert(runs, stored, None if weeks else streak.zone)
    else:
        longest = _travel(streak, stored, _period(at_ms, zone, weeks), zone)
    if at_ms > streak.newest_ms:
        streak.newest_ms = at_ms
        oldest = _period(at_ms - lateness_ms, streak.zone, weeks)
        while len(runs) > 1 and runs[0][1] < oldest - _STEP:
            del runs[0]
    return Touch(runs[-1][2], longest)


def _travel(streak: Streak, stored: int, here: int, zone: str) -> int:
    """Count the first event after a change of zone; return the length of its run.

    The day goes on if it follows the last one in either zone, so no journey breaks a run. Until a day is counted the
    old zone is kept: only with it can be told which day comes next.
    """
    last = streak.runs[-1]
    if last[1] + 1 in (stored, here):
        last[0], last[1] = min(last[0], here), here
        last[2] += 1
    elif stored <= last[1] or here <= last[1]:
        return last[2]
    else:
        streak.runs.append([here, here, 1])
    streak.zone = zone
    return streak.runs[-1][2]


def _insert(runs: list[list[int]], period: int, zone: str | None) -> int:
    """Count a period among the runs, joining what it closes; return the length of its run.

    ``zone`` is that of days; None for weeks, of which none is ever skipped.
    """
    place = len(runs)
    while place and runs[place - 1][0] > period:
        place -= 1
    before = runs[place - 1] if place else None
    after = runs[place] if place < len(runs) else None
    if before is not None and period <= before[1]:
        return before[2]
    follows = before is not None and _adjoin(before[1], period, zone)
    leads = after is not None and _adjoin(period, after[0], zone)
    if before is not None and follows:
        before[1] = period
        before[2] += 1
        if after is not None and leads:
            before[1] = after[1]
            before[2] += after[2]
            del runs[place]
        return before[2]
    if after is not None and leads:
        after[0] = period
        after[2] += 1
        return after[2]
    runs.insert(place, [period, period, 1])
    return 1


def _adjoin(earlier: int, later: int, zone: str | None) -> bool:
    """Whether one period comes right after the other, also where a country skipped the date between."""
    return later == earlier + 1 or (zone is not None and later == earlier + 2 and is_skipped(earlier + 1, zone))


def _lasts(at_ms: int, period: int, zone: str, weeks: bool) -> int:
    """Return a moment up to which every one from ``at_ms`` on lies in its period."""
    return days_last(at_ms, period * 7 + 4 if weeks else period + 1, zone)


def _period(at_ms: int, zone: str, weeks: bool) -> int:
    day = day_of(at_ms, zone)
    return week_of(day) if weeks else day
