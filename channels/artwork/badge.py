"""What the badges of a milestone show, and the animated one."""

from __future__ import annotations

from collections.abc import Iterator
from math import pi, sin
from typing import Literal

import msgspec
from PIL import Image, ImageDraw

from channels.artwork.cairn import cairn
from channels.artwork.confetti import draw_confetti
from channels.artwork.corners import corners
from channels.artwork.lettering import Block, Direction, Lettering, Style
from channels.artwork.palette import MOON, MOON_HEART, NUMBER, SUN, SUN_HEART, Color
from channels.artwork.scene import hill, hills, scene
from channels.artwork.stone import Stone, draw_stone
from channels.artwork.typefaces import Typefaces

WIDTH, HEIGHT = 480, 240
"""Twice of what a mail shows, for screens with two pixels in the place of one."""
FRAMES = 24
FIRST, EACH = 120, 60
"""Milliseconds. One time is 120 + 23 x 60 = 1,500, both are 3 s: WCAG 2.2.2 asks for a way to stop what moves for 5."""
_SCALE = 3
_CORNER = 26
_LANDED = 0.46
"""When the last stone is back on the pile, of the whole time."""
_TEXT_X, _TEXT = 158, 276
_CAIRN_X, _CAIRN, _SUN = 378, 182, 52
_NUMBER = Style(bold=True, sizes=(92, 82, 73, 65, 58, 51, 45, 39, 34, 30, 26, 22), lines=1, color=NUMBER)
_LABEL_SIZES = (29, 26)


class Badge(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """All that a badge shows, made ready in its language; an empty text is left out.

    `tier` is major or minor: a sun or a moon. `stones` and `language` are as for a card.
    """

    number: str
    label: str
    language: str
    direction: Direction
    tier: Literal["major", "minor"]
    stones: int


def light_of(tier: str) -> tuple[Color, Color]:
    """Return the colors of sun or moon, rim and heart."""
    return (SUN, SUN_HEART) if tier == "major" else (MOON, MOON_HEART)


def frames(badge: Badge, typefaces: Typefaces) -> Iterator[Image.Image]:
    """Yield the pictures of one time, 480 x 240, RGBA: the stones hop, confetti flies. First and last are the same.

    Raises:
        GlyphsMissingError: a text cannot be drawn.
    """
    place = _Place(badge, typefaces)
    for number in range(FRAMES):
        yield place.frame(number / (FRAMES - 1) if number else 1.0)


class _Place:
    """What stays, and the stones that hop."""

    def __init__(self, badge: Badge, typefaces: Typefaces) -> None:
        lettering = Lettering(typefaces, badge.language, badge.direction)
        texts = _texts(badge, lettering)
        self._mirrored = badge.direction == "rtl"
        x = _CAIRN_X if texts else WIDTH / 2
        x = WIDTH - x if self._mirrored else x
        ground = hill(2, x, WIDTH, HEIGHT, mirrored=self._mirrored) + 3
        self._stones = cairn(x, ground, _CAIRN, badge.stones, mirrored=self._mirrored)
        large = scene(WIDTH, HEIGHT, scale=_SCALE, sun=(x, HEIGHT * 0.50), radius=_SUN, sun_colors=light_of(badge.tier))
        hills(large, WIDTH, HEIGHT, scale=_SCALE, mirrored=self._mirrored)
        self._x, self._top = x, self._stones[-1].y
        self._ground = large
        self._corners = corners(WIDTH, HEIGHT, _CORNER, scale=_SCALE)
        self._lettering, self._texts = lettering, texts

    def frame(self, at: float) -> Image.Image:
        """The picture of one moment, 0 to 1."""
        image = self._ground.copy()
        light = 0.0 if not self._texts else 0.55 if self._mirrored else -0.55
        for number, stone in enumerate(self._stones):
            draw_stone(image, self._moved(stone, number, at), _SCALE, light)
        draw_confetti(ImageDraw.Draw(image), (at - _LANDED) / (0.97 - _LANDED), self._x, self._top, _SCALE)
        small = image.reduce(_SCALE)
        self._draw_texts(ImageDraw.Draw(small))
        small.putalpha(self._corners)
        return small

    def _moved(self, stone: Stone, number: int, at: float) -> Stone:
        """A stone of the pile as it hops: the higher, the further, and a bit later."""
        hopping = len(self._stones) - 1
        if number == 0 or at >= 1:
            return stone
        start = 0.02 + 0.05 * number / hopping
        flight = (at - start) / (_LANDED - start)
        if 0 < flight < 1:
            return stone.moved(0, -sin(pi * flight) * 34 * (number / hopping) ** 1.4)
        landing = (at - _LANDED) / 0.16
        return stone.squashed(0.16 * sin(pi * landing)) if 0 < landing < 1 and number == hopping else stone

    def _draw_texts(self, draw: ImageDraw.ImageDraw) -> None:
        x = WIDTH - _TEXT_X if self._mirrored else _TEXT_X
        heights = [block.size * 0.84 + (len(block.lines) - 1) * block.line_height for block in self._texts]
        y = HEIGHT * 0.46 - (sum(heights) + 14 * (len(heights) - 1)) / 2
        for block, height in zip(self._texts, heights, strict=True):
            self._lettering.draw(draw, block, x, y + block.size * 0.714)
            y += height + 14


def _texts(badge: Badge, lettering: Lettering) -> list[Block]:
    label = Style(bold=True, sizes=_LABEL_SIZES, lines=2, color=light_of(badge.tier)[1])
    given = ((badge.number, _NUMBER), (badge.label, label))
    return [lettering.block(text, style, _TEXT) for text, style in given if text.strip()]
