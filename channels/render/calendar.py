"""The last weeks of a streak, day by day. Pure."""

from __future__ import annotations

from datetime import date, timedelta, tzinfo

from channels.render.day import day_in
from schemas.milestone_crossed import MilestoneCrossed
from templates.context import Calendar, Day
from templates.languages.language import Language

SHOWN = 5
"""Weeks: a month and what touches it. More would be a wall of fields, and 35 of them take 9 kB of an email."""
_EARLIEST = date(1, 3, 1)


def calendar_of(crossing: MilestoneCrossed, zone: tzinfo, language: Language) -> Calendar | None:
    """Return the calendar of a streak; None for other kinds, and for one with a unit of its own.

    The run is said to end on the day of the crossing in the contact's zone, and to be as long as the crossing's value:
    no day is shown as kept that the value does not hold.

    Raises:
        RenderError: the crossing's time is not of its form.
    """
    unit = crossing.unit
    if crossing.kind != "streak" or unit not in ("days", "weeks") or crossing.value < 1:
        return None
    length = int(crossing.value)
    last = day_in(crossing.occurred_at, zone)
    if last < _EARLIEST:
        return None
    return _weeks(last, length, language) if unit == "weeks" else _days(last, length, language)


def _days(last: date, length: int, language: Language) -> Calendar:
    week_begins = language.days.first_weekday
    back = (last.weekday() - week_begins) % 7
    shown = min(length, back + 1 + 7 * (SHOWN - 1))
    first = last - timedelta(days=shown - 1)
    begin = first - timedelta(days=(first.weekday() - week_begins) % 7)
    weeks = (last - begin).days // 7 + 1
    rows = tuple(
        tuple(_day(begin + timedelta(days=7 * week + each), first, last, language) for each in range(7))
        for week in range(weeks)
    )
    return Calendar(
        unit="days",
        weekdays=language.days.weekdays,
        rows=rows,
        first=language.date(first),
        last=language.date(last),
        earlier=length - shown,
    )


def _day(day: date, first: date, last: date, language: Language) -> Day:
    return Day(text=language.number(str(day.day)), kept=first <= day <= last, reached=day == last)


def _weeks(last: date, length: int, language: Language) -> Calendar:
    """Weeks are those of ISO 8601, as the streak counts them."""
    shown = min(length, SHOWN)
    monday = last - timedelta(days=last.weekday())
    begins = [monday - timedelta(weeks=shown - 1 - each) for each in range(shown)]
    row = tuple(Day(text=language.short_date(each), kept=True, reached=each == monday) for each in begins)
    return Calendar(
        unit="weeks",
        weekdays=(),
        rows=(row,),
        first=language.date(begins[0]),
        last=language.date(last),
        earlier=length - shown,
    )
