"""How days are written in a locale."""

from __future__ import annotations

from datetime import date

from babel import Locale
from babel.dates import format_date

from templates.languages.numerals import Numerals

_FIRST = {"fr": "1er"}
"""The first of a month where it is an ordinal number and other days are not: `1er avril`, `2 avril`. The CLDR has no
pattern for it."""


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
