"""What is said of a text that no font can show."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from schemas.errors import CairnError

_NAMED = 5
"""Characters that a message names; a text in an unknown script misses all of them."""


class GlyphsMissingError(CairnError):
    """A text holds characters that would come out as boxes, or out of shape."""

    def __init__(self, text: str, characters: Sequence[str], why: str, fix: str) -> None:
        """Say which text, which characters, why they cannot be drawn, and what helps."""
        self.text, self.characters = text, tuple(characters)
        named = ", ".join(named_character(each) for each in self.characters[:_NAMED])
        more = f" and {len(self.characters) - _NAMED} more" if len(self.characters) > _NAMED else ""
        super().__init__(f"{text!r} cannot be drawn on a picture: {why} {named}{more}", "pictures of milestones", fix)


def named_character(character: str) -> str:
    """Return a character with its code and name: `'\N{WHITE HEAVY CHECK MARK}' (U+2705 white heavy check mark)`."""
    name = unicodedata.name(character, "without a name").lower()
    shown = repr(character) if character.isprintable() else ""
    return f"{shown} (U+{ord(character):04X} {name})".strip()
