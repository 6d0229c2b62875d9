"""Which way a language is written."""

from __future__ import annotations

from typing import Literal

from templates.languages.tags import chain, locale_of, tidy


def direction_of(locale: str) -> Literal["ltr", "rtl"]:
    """Return the direction of a BCP 47 tag, by the CLDR; left to right where the language is unknown to it.

    A link may be in a language that is not spoken any more, and what it says still runs as it does.
    """
    found = next((known for tag in chain(tidy(locale)) if (known := locale_of(tag))), None)
    return "rtl" if found is not None and found.text_direction == "rtl" else "ltr"
