"""Anniversaries: so many days, weeks, months or years after sign-up, by the calendar of the contact's zone."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from schemas.milestones.duration import Duration, Unit
from stream.core.goal import Goal
from stream.core.zones import date_of, day_of, midnight_ms

_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}


class Anniversary:
    """An active milestone with `signed_up`: once, or again and again if it ``repeats``."""

    __slots__ = ("after", "goal", "repeats")

    def __init__(self, goal: Goal, after: Duration, *, repeats: bool) -> None:
        self.goal = goal
        self.after = after
        self.repeats = repeats

    @property
    def unit(self) -> str:
        """What its numbers are in, such as ``days``."""
        return f"{self.after.unit}s"


def due_ms(signed_up_ms: int, after: Duration, occurrence: int, zone: str) -> int:
    """Return when (epoch ms) an occurrence is due: the first moment of its date in the zone.

    It is counted from the date of sign-up in that zone, never from the last occurrence: a month after 31 January is the
    last day of February, two months after it 31 March; 29 February is kept on the 28th in common years.

    Raises:
        OverflowError: the calendar ends before it is due.
    """
    return midnight_ms(_date(day_of(signed_up_ms, zone), after, occurrence), zone)


def occurrences_due(signed_up_ms: int, after: Duration, now_ms: int, zone: str) -> int:
    """Return how many occurrences are due at or before ``now_ms``; 0 before the first."""
    signed_up, today = day_of(signed_up_ms, zone), day_of(now_ms, zone)
    if today < signed_up:
        return 0
    if after.unit in _DAYS:
        count = (today - signed_up) // (after.amount * _DAYS[after.unit])
    else:
        begun, now = date_of(signed_up), date_of(today)
        months = (now.year - begun.year) * 12 + now.month - begun.month
        count = months // (after.amount * _MONTHS[after.unit])
        if count and _date(signed_up, after, count) > now:
            count -= 1
    # A date that the clock touched, left and came back to has begun before it is today again.
    return count + _is_due(signed_up_ms, after, count + 1, zone, now_ms)


def _is_due(signed_up_ms: int, after: Duration, occurrence: int, zone: str, now_ms: int) -> bool:
    try:
        return due_ms(signed_up_ms, after, occurrence, zone) <= now_ms
    except OverflowError:
        return False


def _date(signed_up: int, after: Duration, occurrence: int) -> date:
    if after.unit in _DAYS:
        return date_of(signed_up + after.amount * _DAYS[after.unit] * occurrence)
    begun = date_of(signed_up)
    months = begun.year * 12 + begun.month - 1 + after.amount * _MONTHS[after.unit] * occurrence
    year, month = divmod(months, 12)
    if year > date.max.year:
        raise OverflowError(f"the year {year} has no date")
    return date(year, month + 1, min(begun.day, monthrange(year, month + 1)[1]))
