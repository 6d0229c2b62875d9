"""Whether a sentence names something."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = r"(?<![^\W_]){}(?![^\W_]|[.,]\d)"
"""Not within a longer word or number: `5` does not stand in `5,000`."""


def names_any(text: str, words: Iterable[str]) -> bool:
    """Whether one of some words or numbers stands in a text, as a whole word."""
    folded = text.casefold()
    return any(re.search(_WORD.format(re.escape(each.casefold())), folded) for each in words)
