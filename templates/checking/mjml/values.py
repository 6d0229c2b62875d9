"""What the values of MJML's attributes look like. A value that the compiler cannot read is dropped without a word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from schemas.milestones.spelling import listed, nearest

_COLOR = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]+|(?:rgb|hsl)a?\([\d\s.,%/]+\)", re.I)
_HEX = re.compile(r"#\w*", re.I)
_SIZE = r"(?:0|\d+(?:\.\d+)?(?:px|%))"
_LENGTH = re.compile(_SIZE)
_FOUR = re.compile(rf"{_SIZE}(?:\s+{_SIZE}){{0,3}}")
_FREE_LENGTH = re.compile(rf"{_SIZE}|\d*\.?\d+(?:em|rem|pt|vw)?|auto|normal|inherit")

_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "align": ("left", "center", "right", "justify"),
        "text-align": ("left", "center", "right", "justify"),
        "vertical-align": ("top", "middle", "bottom"),
        "direction": ("ltr", "rtl"),
        "dir": ("ltr", "rtl", "auto"),
        "full-width": ("full-width", "false"),
        "font-style": ("normal", "italic", "oblique"),
        "text-transform": ("none", "uppercase", "lowercase", "capitalize"),
        "fluid-on-mobile": ("true", "false"),
        "inline": ("inline",),
        "table-layout": ("auto", "fixed", "initial", "inherit"),
        "thumbnails": ("visible", "hidden", "supported"),
        "hamburger": ("hamburger",),
        "mode": ("horizontal", "vertical", "fixed-height", "fluid-height"),
        "border-style": ("solid", "dashed", "dotted", "double", "none"),
    }
)
_SIDES = ("top", "right", "bottom", "left")
_LENGTHS = frozenset(f"{what}-{side}" for what in ("padding", "inner-padding") for side in _SIDES) | {
    "border-width",
    "tb-width",
    "icon-width",
    "gap",
    "background-width",
    "background-height",
}
_FOURS = frozenset(
    ["padding", "inner-padding", "text-padding", "icon-padding", "ico-padding", "border-radius", "inner-border-radius"]
)
COMPUTED = _LENGTHS | _FOURS | {"width", "height", "border", "border-left", "border-right", "inner-border"}
"""MJML works with these when it compiles: a value that is known only for each message comes too late."""


def fault(attribute: str, value: str) -> tuple[str, str] | None:
    """Return what is wrong with a value, and a hint; None where nothing is.

    Args:
        attribute: its name.
        value: without Jinja in it.
    """
    text = value.strip()
    if attribute in _CHOICES:
        choices = _CHOICES[attribute]
        if text not in choices:
            return f"'{text}' is no value of {attribute}", nearest(text, choices) or f"it is {listed(choices)}"
    elif attribute == "color" or attribute.endswith("-color"):
        if not _COLOR.fullmatch(text):
            what = "a color has 3, 4, 6 or 8 digits 0-9 and a-f" if _HEX.fullmatch(text) else "write it as #1c6655"
            return f"'{text}' is no color", what
    elif attribute in _FOURS:
        if " " in text and "0" in text.split():
            return f"'{text}' has a 0 without a unit", "write 0px: the compiler measures columns wrongly otherwise"
        if not _FOUR.fullmatch(text):
            return f"'{text}' is no {attribute}", "write one to four sizes: 0, 12px, 50%"
    elif attribute in _LENGTHS:
        if not _LENGTH.fullmatch(text):
            return f"'{text}' is no size", "write it as 12px or 50%"
    elif attribute in ("width", "height", "font-size", "line-height", "max-height") and not _FREE_LENGTH.fullmatch(
        text
    ):
        return f"'{text}' is no size", "write it as 12px or 50%"
    return None
