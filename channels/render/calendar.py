"""The last weeks of a streak, day by day. Pure."""

from __future__ import annotations

from datetime import date, timedelta, tzinfo
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_skeleton

from channels.render.day import day_in
from schemas.milestone_crossed import MilestoneCrossed
from templates.context import Calendar, Day
from templates.languages.language import Language

SHOWN = 5
"""Weeks: a month and what touches it. More would be a wall of fields, and 35 of them take 9 kB of an email."""
_EARLIEST = date(1, 3, 1)
_MONDAY = date(2026, 11, 16)


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
    locale = locale_of_weeks(language.tag)
    return _weeks(last, length, locale, language) if unit == "weeks" else _days(last, length, locale, language)


@lru_cache(maxsize=256)
def locale_of_weeks(language: str) -> Locale:
    """Return the locale of a BCP 47 tag with the territory whose weeks it follows; English where there is none.

    Without a territory it is the likely one (UTS 35, likely subtags). English, which is written everywhere, follows
    ISO 8601 then: its weeks begin on Monday.
    """
    try:
        locale = Locale.parse(language, sep="-")
        if locale.territory or locale.language == "en":
            return locale
        return Locale.parse(get_global("likely_subtags").get(str(locale), str(locale)))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _days(last: date, length: int, locale: Locale, language: Language) -> Calendar:
    back = (last.weekday() - locale.first_week_day) % 7
    shown = min(length, back + 1 + 7 * (SHOWN - 1))
    first = last - timedelta(days=shown - 1)
    begin = first - timedelta(days=(first.weekday() - locale.first_week_day) % 7)
    weeks = (last - begin).days // 7 + 1
    rows = tuple(
        tuple(_day(begin + timedelta(days=7 * week + each), first, last, locale) for each in range(7))
        for week in range(weeks)
    )
    return Calendar(
        unit="days",
        weekdays=_weekdays(locale),
        rows=rows,
        first=language.date(first),
        last=language.date(last),
        earlier=length - shown,
    )


def _day(day: date, first: date, last: date, locale: Locale) -> Day:
    return Day(text=_number(day.day, locale), kept=first <= day <= last, reached=day == last)


def _weeks(last: date, length: int, locale: Locale, language: Language) -> Calendar:
    """Weeks are those of ISO 8601, as the streak counts them."""
    shown = min(length, SHOWN)
    monday = last - timedelta(days=last.weekday())
    begins = [monday - timedelta(weeks=shown - 1 - each) for each in range(shown)]
    row = tuple(Day(text=_short(each, locale), kept=True, reached=each == monday) for each in begins)
    return Calendar(
        unit="weeks",
        weekdays=(),
        rows=(row,),
        first=language.date(begins[0]),
        last=language.date(last),
        earlier=length - shown,
    )


@lru_cache(maxsize=64)
def _weekdays(locale: Locale) -> tuple[str, ...]:
    days = (_MONDAY + timedelta(days=(locale.first_week_day + each) % 7) for each in range(7))
    return tuple(format_date(each, "ccccc", locale=locale) for each in days)


@lru_cache(maxsize=2_048)
def _number(day: int, locale: Locale) -> str:
    return format_date(date(2026, 1, day), "d", locale=locale)


@lru_cache(maxsize=2_048)
def _short(day: date, locale: Locale) -> str:
    if locale.language == "en" and not locale.territory:
        return format_date(day, "d MMM", locale=locale)  # the day first, as in its other dates
    return format_skeleton("MMMd", day, locale=locale)
