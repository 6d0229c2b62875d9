"""Text from outside made harmless: one line, nothing invisible, nothing that a mail program would decode."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
_TAGS = range(0xE0020, 0xE0080)
"""Joiners and tag characters hold emoji and some scripts together; all else that is invisible can only deceive."""


def clean(text: str) -> str:
    """Return the text as one line of what can be seen.

    Control characters and line separators (U+2028, U+2029) become spaces: in a header they would begin another one.
    Format characters go, among them those that turn the direction of what follows. `=?` is taken apart, for it begins
    an encoded word (RFC 2047 section 2).
    """
    kept = text if text.isascii() and text.isprintable() else "".join(map(_seen, text))
    return " ".join(kept.split()).replace("=?", "= ?")


def _seen(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp" | "Zs":
            # A no-break space holds a currency and its number together.
            return character if character == "\N{NO-BREAK SPACE}" else " "
        case "Cf":
            return character if character in _JOINERS or ord(character) in _TAGS else ""
        case "Cs" | "Cn" | "Co":
            return ""
        case _:
            return character
