"""From what a picture shows to its file. What no font can show is left out, so that there always is a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import msgspec
from PIL import Image

from channels.artwork.badge import EACH, FIRST, FRAMES, Badge, frames
from channels.artwork.card import Card, draw_card
from channels.artwork.gif import gif
from channels.artwork.icon import draw_icon, draw_mono
from channels.artwork.missing import GlyphsMissingError
from channels.artwork.typefaces import Typefaces

T = TypeVar("T", Badge, Card)

TEXTS = ("number", "label", "headline", "product", "date")
"""Fields of a card or badge that are drawn as text."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A file: its content type, its bytes, and the texts that are missing in it by the names of their fields."""

    content_type: str
    body: bytes
    left_out: tuple[str, ...] = ()


class Studio:
    """Draws pictures with the fonts of an installation. One thread at a time: FreeType's faces are not shared."""

    def __init__(self, folder: Path | None = None) -> None:
        """Load the fonts; `folder` is that of own templates, its `fonts` come first.

        Raises:
            CairnError: exit 2, when a font cannot be read.
        """
        self._typefaces = Typefaces(folder)

    def card(self, card: Card) -> Picture:
        """Return the stat card, PNG."""
        return self._legible(card, lambda each: _png(draw_card(each, self._typefaces)), "image/png")

    def animated(self, badge: Badge) -> Picture:
        """Return the animated badge, GIF: 3 s in two times, its first picture complete."""
        times = [FIRST, *[EACH] * (FRAMES - 1)]
        return self._legible(
            badge, lambda each: gif(list(frames(each, self._typefaces)), times, repeats=1), "image/gif"
        )

    def icon(self, badge: Badge) -> Picture:
        """Return the still icon, PNG."""
        return self._legible(badge, lambda each: _png(draw_icon(each, self._typefaces)), "image/png")

    def _legible(self, shown: T, draw: Callable[[T], bytes], content_type: str) -> Picture:
        """Draw without the texts that cannot be drawn; without all where even that fails, as for want of an `…`."""
        there = [name for name in TEXTS if getattr(shown, name, "")]
        left_out = tuple(name for name in there if self._typefaces.undrawable(getattr(shown, name)))
        try:
            return Picture(content_type, draw(_without(shown, left_out)), left_out)
        except GlyphsMissingError:
            return Picture(content_type, draw(_without(shown, there)), tuple(there))


def mono() -> bytes:
    """Return the monochrome badge, PNG. It is the same for all, so it lies in the portal's assets."""
    return _png(draw_mono())


def _without(shown: T, names: tuple[str, ...] | list[str]) -> T:
    return msgspec.structs.replace(shown, **dict.fromkeys(names, ""))


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
