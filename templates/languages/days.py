"""How days are written in a locale, and with which of them its weeks begin."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from functools import cached_property

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_skeleton

from templates.languages.numerals import Numerals

_FIRST = {"fr": "1er"}
"""The first of a month where it is an ordinal number and other days are not: `1er avril`, `2 avril`. The CLDR has no
pattern for it."""
_MONDAY = date(2026, 11, 16)


class Days:
    """Writes days in words."""

    def __init__(self, locale: Locale, numerals: Numerals) -> None:
        """Take a locale. A bare `en` writes as most of the world does, 20 November 2026; `en-US` November 20, 2026."""
        self._locale = Locale("en", "001") if str(locale) == "en" else locale
        self._numerals = numerals

    def written(self, day: date) -> str:
        """Return a day with its month in words and its year. Babel takes 25 us for one."""
        text = self._numerals.native(format_date(day, "long", locale=self._locale))
        first = _FIRST.get(self._locale.language)
        return f"{first}{text[1:]}" if first and day.day == 1 and text.startswith("1 ") else text

    def short(self, day: date) -> str:
        """Return a day with its month in short and no year: `9 Nov`."""
        return self._numerals.native(format_skeleton("MMMd", day, locale=self._locale))

    @cached_property
    def first_weekday(self) -> int:
        """The day that a week begins with, 0 for Monday.

        Without a territory it is that of the likely one (UTS 35, likely subtags). English, which is written everywhere,
        follows ISO 8601 then.
        """
        locale = self._locale
        if not locale.territory:
            with suppress(UnknownLocaleError):  # of some languages there is no data by territory
                locale = Locale.parse(get_global("likely_subtags").get(str(locale), str(locale)))
        return locale.first_week_day

    @cached_property
    def weekdays(self) -> tuple[str, ...]:
        """The seven days in their shortest form, as they head a calendar, from the first of a week."""
        days = (_MONDAY + timedelta(days=(self.first_weekday + each) % 7) for each in range(7))
        return tuple(format_date(each, "ccccc", locale=self._locale) for each in days)
