"""Text from outside made harmless: one line, nothing invisible, nothing that a mail program would decode."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
_TAGS = range(0xE0020, 0xE0080)
"""Joiners and tag characters hold emoji and some scripts together; all else that is invisible can only deceive."""
_SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
"""They hold a number and its currency, or its groups of digits, together."""
_DIRECTIONS = "\u061c\u200e\u200f\u2066\u2067\u2068\u2069"
"""Marks and isolates of direction (UAX 9), without embeddings and overrides."""


def clean(text: str) -> str:
    """Return the text as one line of what can be seen.

    Control characters and line separators (U+2028, U+2029) become spaces: in a header they would begin another one.
    Format characters go, among them those that turn the direction of what follows. `=?` is taken apart, for it begins
    an encoded word (RFC 2047 section 2).
    """
    return _even(text if _is_plain(text, _SPACES) else "".join(map(_seen, text)))


def one_line(text: str) -> str:
    """Return what a template gave as one line, likewise; the marks of direction stay that our own words put in.

    Values were cleaned on their way in, so none of those is a stranger's.
    """
    if _is_plain(text, _SPACES + _DIRECTIONS):
        return _even(text)
    return _even("".join([each if each in _DIRECTIONS else _seen(each) for each in text]))


def _is_plain(text: str, kept: str) -> bool:
    """Whether every character can be seen, or is one of those that stay: no look at each one then."""
    if text.isprintable():
        return True
    for each in kept:
        text = text.replace(each, " ")
    return text.isprintable()


def _even(text: str) -> str:
    if "  " in text:
        text = " ".join(filter(None, text.split(" ")))
    return text.strip().replace("=?", "= ?")


def _seen(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp" | "Zs":
            return character if character in _SPACES else " "
        case "Cf":
            return character if character in _JOINERS or ord(character) in _TAGS else ""
        case "Cs" | "Cn" | "Co":
            return ""
        case _:
            return character
