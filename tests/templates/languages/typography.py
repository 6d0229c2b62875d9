"""What is surely wrong in a text of a language, whatever it says."""

from __future__ import annotations

import re

NARROW = "\N{NARROW NO-BREAK SPACE}"
_ADDRESSES = re.compile(r"\S+://\S*|mailto:\S*")
_ANYWHERE = {
    "a placeholder that nothing filled": r"[{}]|%\(",
    "two spaces in a row": r"[ \u00a0\u202f]{2}",
    "a space at an end": r"(?m)^\s|\s$",
    "a straight apostrophe": "'",
    "a straight quotation mark": '"',
}
_CLOSE = {"a space before a mark": r"[ \u00a0\u202f][,.;:!?]"}
_OF = {
    "en": _CLOSE,
    "pl": _CLOSE,
    "fr": {
        "a mark without a narrow no-break space before it": f"(?<!{NARROW})[;:!?%\u00bb]",
        "a space before a mark": r"[ \u00a0\u202f][,.]",
    },
    "ar": {**_CLOSE, "a mark of another script": r"[\u0620-\u064a\u064b-\u0652] ?[,;?]"},
}


def mistakes(text: str, language: str) -> list[str]:
    """Return what is wrong in a text, apart from the addresses in it."""
    bare = _ADDRESSES.sub("X", text)
    rules = _ANYWHERE | _OF[language]
    return [f"{what}: {found[0]!r} in {text!r}" for what, rule in rules.items() if (found := re.search(rule, bare))]
