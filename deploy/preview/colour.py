"""Colours as CSS writes them. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\b", re.IGNORECASE)
_RGB = re.compile(r"rgb\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)")
_NAMED = {"white": "ffffff", "black": "000000"}


class Colour(NamedTuple):
    """Red, green and blue, 0 to 255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


def colour_of(text: str) -> Colour | None:
    """Return the colour that a CSS value begins with or names; None for none, or one that is not known here."""
    text = text.strip().lower()
    if text in _NAMED:
        text = f"#{_NAMED[text]}"
    if found := _HEX.search(text):
        digits = found[1] if len(found[1]) == 6 else "".join(each * 2 for each in found[1])
        return Colour(*(int(digits[place : place + 2], 16) for place in (0, 2, 4)))
    if found := _RGB.search(text):
        return Colour(*(min(255, int(each)) for each in found.groups()))
    return None


def declared(style: str) -> dict[str, str]:
    """Return the declarations of a style attribute; of the same property the last wins."""
    pairs = (each.partition(":") for each in style.split(";") if ":" in each)
    return {name.strip().lower(): value.replace("!important", "").strip() for name, _, value in pairs}
