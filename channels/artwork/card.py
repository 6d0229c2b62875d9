"""The stat card: what a link to share looks like in a chat or a feed."""

from __future__ import annotations

import msgspec
from PIL import Image, ImageDraw

from channels.artwork.cairn import cairn
from channels.artwork.lettering import Block, Direction, Lettering, Style
from channels.artwork.palette import NUMBER, SOFT, SUN_HEART, TEXT
from channels.artwork.scene import hill, hills, scene
from channels.artwork.stone import draw_stone
from channels.artwork.typefaces import Typefaces

WIDTH, HEIGHT = 1200, 630
"""Open Graph's own measure; 1.91 to 1, as LinkedIn, Slack and Facebook show it."""
SAFE = 610
"""Of the width, in the middle: WhatsApp and others cut a square of 630 out of it."""
LOOK = 1
"""Goes up with each change of the look, for the world keeps pictures by their addresses."""
_SCALE = 3
_SUN_X, _SUN_Y, _SUN = 1035, 330, 98
_CAIRN = 378
_PAST = ((150, 112, 4), (246, 78, 3))
"""Small cairns on the way here: middle, height, stones."""
_TOP, _BOTTOM = 118, 528
"""Between the product's name and the nearest hill, number, label and headline stand in the middle."""

_PRODUCT = Style(bold=True, sizes=(32, 28, 25), lines=1, color=TEXT)
_NUMBER = Style(
    bold=True, sizes=(196, 172, 150, 132, 116, 102, 90, 78, 68, 60, 52, 45, 39, 34, 29, 25), lines=1, color=NUMBER
)
_LABEL = Style(bold=True, sizes=(46, 40, 35, 31), lines=2, color=SUN_HEART)
_HEADLINE = Style(bold=False, sizes=(38, 34, 31), lines=3, color=TEXT)
_DATE = Style(bold=False, sizes=(27, 24), lines=1, color=SOFT)
_DIGIT = 0.714
"""Height of a digit in Noto Sans, in sizes."""
_HANGS = 0.13
"""How far its comma hangs below the baseline."""


class Card(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """All that a card shows, made ready in its language; an empty text is left out.

    `stones` is how high the pile is (`height.FEWEST` to `MOST`); `language` is a BCP 47 tag.
    """

    number: str
    label: str
    headline: str
    product: str
    date: str
    language: str
    direction: Direction
    stones: int


def draw_card(card: Card, typefaces: Typefaces) -> Image.Image:
    """Draw it, 1200 x 630, RGB.

    Raises:
        GlyphsMissingError: one of its texts cannot be drawn.
    """
    mirrored = card.direction == "rtl"
    lettering = Lettering(typefaces, card.language, card.direction)
    texts = _Texts(card, lettering)
    image = _ground(card.stones, mirrored)
    texts.draw(ImageDraw.Draw(image), image, mirrored)
    return image


def _ground(stones: int, mirrored: bool) -> Image.Image:
    sun = _SUN_X if not mirrored else WIDTH - _SUN_X
    light = 0.55 if mirrored else -0.55
    image = scene(WIDTH, HEIGHT, scale=_SCALE, sun=(sun, _SUN_Y), radius=_SUN)
    hills(image, WIDTH, HEIGHT, scale=_SCALE, mirrored=mirrored)
    for x, height, count in (*_PAST, (_SUN_X, _CAIRN, stones)):
        place = WIDTH - x if mirrored else x
        number = 2 if height == _CAIRN else 1
        ground = hill(number, place, WIDTH, HEIGHT, mirrored=mirrored) + 3
        for stone in cairn(place, ground, height, count, mirrored=mirrored):
            draw_stone(image, stone, _SCALE, light)
    return image.reduce(_SCALE)


class _Texts:
    """The texts of a card, set before anything is drawn: one that cannot be drawn costs nothing."""

    def __init__(self, card: Card, lettering: Lettering) -> None:
        self._lettering = lettering

        def block(text: str, style: Style, width: int = SAFE) -> Block | None:
            return lettering.block(text, style, width) if text.strip() else None

        self._product = block(card.product, _PRODUCT, SAFE - 60)
        self._date = block(card.date, _DATE)
        self._stack = [
            (found, before)
            for found, before in (
                (block(card.number, _NUMBER), 0),
                (block(card.label, _LABEL), 30),
                (block(card.headline, _HEADLINE), 38),
            )
            if found
        ]

    def draw(self, draw: ImageDraw.ImageDraw, image: Image.Image, mirrored: bool) -> None:
        """Draw them onto the ground."""
        self._draw_product(draw, image, mirrored)
        heights = [_height(block) for block, _ in self._stack]
        gaps = [before if place else 0 for place, (_, before) in enumerate(self._stack)]
        y = _TOP + (_BOTTOM - _TOP - sum(heights) - sum(gaps)) / 2
        for (block, _), height, gap in zip(self._stack, heights, gaps, strict=True):
            self._lettering.draw(draw, block, WIDTH / 2, y + gap + block.size * _DIGIT)
            y += gap + height
        if self._date:
            self._lettering.draw(draw, self._date, WIDTH / 2, HEIGHT - 30)

    def _draw_product(self, draw: ImageDraw.ImageDraw, image: Image.Image, mirrored: bool) -> None:
        """The product's name beside a small cairn, so that the cut square has one too."""
        mark, gap, middle = 38, 16, WIDTH / 2
        wide = self._lettering.width(self._product) if self._product else 0
        side = 1 if mirrored else -1
        place = middle + side * (wide + gap) / 2 if self._product else middle
        tile = Image.new("RGBA", (mark * 2 * _SCALE, (mark + 4) * _SCALE))
        for stone in cairn(mark, mark + 2, mark * 1.45, 3, mirrored=mirrored):
            draw_stone(tile, stone, _SCALE, 0)
        small = tile.reduce(_SCALE)
        image.paste(small, (round(place - mark), 44), small)
        if self._product:
            self._lettering.draw(draw, self._product, middle - side * (mark * 0.8 + gap) / 2, 78)


def _height(block: Block) -> float:
    """From the top of its digits to what hangs below its last baseline: a comma of 196 pixels reaches far down."""
    return block.size * (_DIGIT + _HANGS) + (len(block.lines) - 1) * block.line_height
