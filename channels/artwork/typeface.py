"""One font file: its characters, its weight, its sizes."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageFont

from schemas.errors import CairnError

_BOLD = 600
"""Of the weight classes 100 to 900 (OpenType, OS/2 usWeightClass), the first that passes for bold."""
_USAGE = 2


class Typeface:
    """A font that can be asked whether it has all characters of a text."""

    def __init__(self, path: Path, *, shaping: bool) -> None:
        """Read a TrueType or OpenType font.

        Raises:
            CairnError: exit 2, when the file is no font or cannot be read.
        """
        try:
            with path.open("rb") as file, TTFont(file, fontNumber=0, lazy=True) as font:
                self._characters = frozenset(font.getBestCmap() or ())
                self.bold = bool(font["OS/2"].usWeightClass >= _BOLD) if "OS/2" in font else False
            self._layout = ImageFont.Layout.RAQM if shaping else ImageFont.Layout.BASIC
            self._sizes: dict[int, ImageFont.FreeTypeFont] = {}
            self._path = path
            self.sized(16)
        except (OSError, TTLibError, KeyError, ValueError) as error:
            raise CairnError(
                f"the font cannot be read: {getattr(error, 'strerror', None) or error or type(error).__name__}",
                where=str(path),
                fix="put a TrueType or OpenType font there (.ttf, .otf), or take the file away",
                exit=_USAGE,
            ) from error

    def lacks(self, text: str) -> list[str]:
        """Return the characters of a text that it has no glyph for, each once, in order."""
        return [each for each in dict.fromkeys(text) if ord(each) not in self._characters and not _blank(each)]

    def sized(self, pixels: int) -> ImageFont.FreeTypeFont:
        """Return it in a size. Whoever draws in several threads takes a typeface for each: FreeType is not safe."""
        font = self._sizes.get(pixels)
        if font is None:
            font = self._sizes[pixels] = ImageFont.truetype(str(self._path), pixels, layout_engine=self._layout)
        return font


def _blank(character: str) -> bool:
    """Spaces and marks of format, such as the joiners of Persian: they are laid out, never seen."""
    return unicodedata.category(character) in ("Zs", "Cf")
