"""Isolates what runs from left to right in a text that runs from right to left (UAX 9, section 2.6)."""

from __future__ import annotations

import re

ISOLATE, END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_ISOLATED = re.compile(f"{ISOLATE}.*{END}", re.DOTALL)
_LEFT_TO_RIGHT = re.compile(
    "[A-Za-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02b8\\u0370-\\u0590\\u0900-\\u1fff\\u2c00-\\ud7ff]"
)
"""The blocks of the scripts that run so (class L of UAX 9): a look at each character would take longer."""


def isolated(value: str) -> str:
    """Return a value so that it cannot tear a sentence of the other direction apart; most values stay as they are."""
    return ISOLATE + value + END if _runs_left_to_right(value) else value


def _runs_left_to_right(value: str) -> bool:
    """Whether letters that run from left to right stand in a value, outside of what is isolated in it already."""
    if ISOLATE in value:
        value = _ISOLATED.sub("", value)
    return _LEFT_TO_RIGHT.search(value) is not None
