"""Colours and how well one is read on another. Pure."""

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

    @property
    def luminance(self) -> float:
        """Relative luminance, 0 to 1 (WCAG 2.2)."""
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (each / 255 for each in self)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2 success criterion 1.4.3)."""
    low, high = sorted((one.luminance, other.luminance))
    return (high + 0.05) / (low + 0.05)


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
