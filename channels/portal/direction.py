"""Which way a language is written."""

from __future__ import annotations

from typing import Literal

from babel import Locale, UnknownLocaleError


def direction_of(locale: str) -> Literal["ltr", "rtl"]:
    """Return the direction of a BCP 47 tag, by the CLDR; left to right where the language is unknown to it."""
    parts = locale.split("-")
    for length in range(len(parts), 0, -1):
        try:
            found = Locale.parse("-".join(parts[:length]), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
        return "rtl" if found.text_direction == "rtl" else "ltr"
    return "ltr"
