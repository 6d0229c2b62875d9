"""Text cut to a length, at a word, never within what a reader takes for one character."""

from __future__ import annotations

import unicodedata

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_ISOLATES, _END = "\u2066\u2067\u2068", "\N{POP DIRECTIONAL ISOLATE}"
_JOINER = "\N{ZERO WIDTH JOINER}"
_INDICATORS = range(0x1F1E6, 0x1F200)
_MODIFIERS = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)


def cut(text: str, longest: int) -> str:
    """Return the text if it has at most `longest` (1 or more) characters, else its beginning with an ellipsis."""
    if len(text) <= longest:
        return text
    end = longest - 1
    space = text.rfind(" ", 0, end + 1)
    # One word that fills half of the room is cut itself: else little would be left.
    if space * 2 > end:
        end = space
    while end > 0 and _belongs(text, end):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


def cut_line(text: str, longest: int) -> str:
    """Return the text likewise; an isolate (UAX 9) that lost its end by the cut is ended."""
    short = cut(text, longest)
    if short is text:
        return text
    open_ = sum(short.count(each) for each in _ISOLATES) - short.count(_END)
    if open_ <= 0:
        return short
    return cut(text, longest - open_) + _END * open_ if longest > open_ else short


def _belongs(text: str, index: int) -> bool:
    """Whether the character at `index` belongs to the one before (the main rules of UAX 29, section 3.1)."""
    here, before = text[index], text[index - 1]
    if here == _JOINER or before == _JOINER or unicodedata.category(here) in ("Mn", "Me", "Mc"):
        return True
    if ord(here) in _MODIFIERS or ord(here) in _TAGS:
        return True
    if ord(here) in _INDICATORS:
        # Two of them are a flag: it may be cut only where an even number stands before.
        start = index
        while start > 0 and ord(text[start - 1]) in _INDICATORS:
            start -= 1
        return (index - start) % 2 == 1
    return False
