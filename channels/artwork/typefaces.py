"""The fonts of an installation: its own first, then the bundled ones."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from pathlib import Path

from PIL import features

from channels.artwork.missing import GlyphsMissingError
from channels.artwork.typeface import Typeface
from schemas.errors import CairnError

BUNDLED = Path(__file__).parent / "fonts"
_SUFFIXES = (".ttf", ".otf")
_USAGE = 2
Run = tuple[Typeface, str]

_SHAPED = range(0x0590, 0x1E00)
"""Hebrew, Arabic, the scripts of India and South East Asia and their like: without shaping their letters stand apart,
or in the wrong order."""
_NO_SHAPING = "install the library FriBidi (Debian: libfribidi0), which Pillow loads to lay out such scripts"
_NO_FONT = "put a font that has them into the folder fonts of templates.folder, or choose another text"


class Typefaces:
    """Finds the font of a text.

    Not for several threads at once.
    """

    def __init__(self, folder: Path | None = None, *, shaping: bool | None = None) -> None:
        """Load the fonts.

        Args:
            folder: own templates; the fonts in its folder `fonts` come before the bundled ones.
            shaping: whether Pillow can shape and order text; None asks it.

        Raises:
            CairnError: exit 2, when a font cannot be read.
        """
        self._shaping = features.check("raqm") is True if shaping is None else shaping
        own = [Typeface(path, shaping=self._shaping) for path in _own(folder)]
        shipped = [Typeface(path, shaping=self._shaping) for path in _fonts(BUNDLED)]
        self._by_weight = {
            bold: [
                *sorted(own, key=lambda each: each.bold is not bold),
                *(each for each in shipped if each.bold is bold),
            ]
            for bold in (True, False)
        }

    @property
    def shaping(self) -> bool:
        """Whether right-to-left and joined scripts can be drawn."""
        return self._shaping

    def runs(self, text: str, *, bold: bool) -> list[Run]:
        """Return the text in pieces, each with its font: one piece wherever one font has all.

        Raises:
            GlyphsMissingError: a character is in no font; the text needs shaping that is not there; or a right-to-left
                text would need two fonts, between which its words could not be put in order.
        """
        text = unicodedata.normalize("NFC", text)
        if not self._shaping and (odd := [each for each in dict.fromkeys(text) if ord(each) in _SHAPED]):
            raise GlyphsMissingError(text, odd, "this machine cannot lay out", _NO_SHAPING)
        faces = self._by_weight[bold]
        for face in faces:
            if not face.lacks(text):
                return [(face, text)]
        if nowhere := [each for each in faces[-1].lacks(text) if all(face.lacks(each) for face in faces)]:
            raise GlyphsMissingError(text, nowhere, "no font has", _NO_FONT)
        if any(unicodedata.bidirectional(each) in ("R", "AL") for each in text):
            fewest = min((face.lacks(text) for face in faces), key=len)
            raise GlyphsMissingError(text, fewest, "no font with its other letters has", _NO_FONT)
        return _pieces(text, faces)

    def check(self, text: str) -> None:
        """Raise `GlyphsMissingError` where a text cannot be drawn in both weights."""
        self.runs(text, bold=True)
        self.runs(text, bold=False)

    def undrawable(self, text: str) -> list[str]:
        """Return the characters for which a text cannot be drawn; none if it can."""
        try:
            self.check(text)
        except GlyphsMissingError as missing:
            return list(missing.characters)
        return []


def _pieces(text: str, faces: list[Typeface]) -> list[Run]:
    chosen: list[tuple[Typeface, str]] = []
    for each in text:
        stays = chosen and (unicodedata.combining(each) or each.isspace()) and not chosen[-1][0].lacks(each)
        chosen.append((chosen[-1][0] if stays else next(face for face in faces if not face.lacks(each)), each))
    grouped = groupby(chosen, key=lambda pair: id(pair[0]))
    return [(run[0][0], "".join(character for _, character in run)) for run in (list(group) for _, group in grouped)]


def _own(folder: Path | None) -> list[Path]:
    place = folder / "fonts" if folder else None
    if folder is None or place is None or not place.is_dir():
        return []
    # A link may lead out of the folder of templates; it is not followed, and their check names it.
    return [font for font in _fonts(place) if font.resolve().is_relative_to(folder.resolve())]


def _fonts(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
    except OSError as error:
        raise CairnError(
            f"the folder of fonts cannot be read: {error.strerror or error}",
            where=str(folder),
            fix="let this user read it",
            exit=_USAGE,
        ) from error
