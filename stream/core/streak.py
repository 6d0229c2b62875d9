"""Streaks: days or weeks in a row, in the zones that were in force.

The rule: a run is read whole in one zone, never half in one and half in another. Of the zones in force while it lasts
(that of the contact's profile, or of the device that an event came from) the one counts in which it reaches back
furthest, and of several such the first that was in force. So a journey breaks no run that holds in either place, two
devices that write two zones make it no longer than one of them would, and the order in which events of the lateness
come does not matter. Counting on from one zone's number of a day to another's, as it once was, gains or loses a day
with each change.

What is kept is therefore no number of a day, but when the run began and the gaps in it that are long enough to miss a
day somewhere (`stream.core.gaps`): by these any zone can read the run, one that is still to come too.
"""

from __future__ import annotations

from typing import NamedTuple

from stream.core.gaps import MINUTE_MS, OF_DAYS, OF_WEEKS
from stream.core.run import Run
from stream.core.streak_heal import heal
from stream.core.streak_row import STAND_IN, WEEKS, Streak, lasts_in, period_of, settle_length

__all__ = ["LATENESS_MS", "Streak", "Touch", "begin", "extend"]

LATENESS_MS = 48 * 3_600_000
"""How much older than the newest event one may be and still count."""


class Touch(NamedTuple):
    """What an event did: the length of the newest run, and of the longest run that the event belongs to."""

    newest: int
    longest: int


def begin(at_ms: int, zone: str | None, product_zone: str, *, weeks: bool) -> Streak:
    """Return the streak of a first event; ``zone`` is the contact's, None if it is not known."""
    name = zone or product_zone
    streak = Streak(at_ms, name, [[0, 0, 1]], kind=WEEKS * weeks + STAND_IN * (zone is None))
    streak.start = at_ms // MINUTE_MS
    settle_length(streak, 1, weeks)
    return streak


def extend(
    streak: Streak,
    at_ms: int,
    zone: str | None,
    product_zone: str,
    *,
    weeks: bool,
    lateness_ms: int = LATENESS_MS,
) -> Touch:
    """Count an event in place. ``zone`` is that of the event, or else the contact's now; None if neither is known.

    It is then read in the zone that was known last, and in the product's only while none ever was. An event that is
    older than the newest by more than ``lateness_ms`` changes nothing.
    """
    if at_ms < streak.newest_ms - lateness_ms:
        return Touch(streak.runs[-1][2], 0)
    if _is_plain(streak, at_ms, zone, product_zone, weeks):
        # The next day, and no gap: what most first events of a day are, at a third of the cost.
        _, end, length = streak.runs[-1]
        streak.newest_ms = at_ms
        period = period_of(at_ms, streak.zone, weeks)
        length += period > end
        streak.runs = [[period - length + 1, period, length]]
        streak.until_ms = lasts_in(streak.zone, at_ms, period, weeks)
        return Touch(length, length)
    if not streak.start:
        heal(streak, weeks)
    if not streak.counts(weeks=weeks):
        _become(streak, begin(at_ms, zone, product_zone, weeks=weeks))
        return Touch(1, 1)
    return Touch(*Run(streak, weeks, lateness_ms).count(at_ms, zone, product_zone))


def _is_plain(streak: Streak, at_ms: int, zone: str | None, product_zone: str, weeks: bool) -> bool:
    """Whether there is one zone and no gap, and this event brings none."""
    return (
        0 <= at_ms - streak.newest_ms < (OF_WEEKS if weeks else OF_DAYS).harmless * MINUTE_MS
        and (zone or product_zone) == streak.zone
        and not streak.gaps
        and streak.others is None
        and streak.start > 0
        and streak.kind == WEEKS * weeks + STAND_IN * (zone is None)
    )


def _become(streak: Streak, other: Streak) -> None:
    for name in Streak.__struct_fields__:
        setattr(streak, name, getattr(other, name))
