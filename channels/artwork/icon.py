"""The still icon of a notification, and the monochrome badge of a status bar."""

from __future__ import annotations

from PIL import Image, ImageDraw

from channels.artwork.badge import Badge, light_of
from channels.artwork.cairn import cairn
from channels.artwork.corners import corners
from channels.artwork.lettering import Lettering, Style
from channels.artwork.palette import NUMBER
from channels.artwork.scene import hill, hills, scene
from channels.artwork.stone import Stone, draw_stone
from channels.artwork.typefaces import Typefaces

SIZE, MONO_SIZE = 192, 96
"""Pixels. Chrome shows an icon at 64 and more, a badge at 24, each times the pixels of the screen in one of its own."""
_SCALE = 4
_CORNER = 40
_NUMBER = Style(bold=True, sizes=(56, 52, 48, 44, 40, 37), lines=1, color=NUMBER)
"""37 of 192 are 12 at 64; a number that needs smaller ones is left to the text beside the icon."""
_TEXT = 172
_MONO = ((48.0, 79.0, 44.0, 13.0, 0.0), (45.5, 49.5, 31.0, 12.0, -0.04), (49.5, 22.5, 18.0, 11.0, 0.06))
"""Middle, half width and height, tilt of three stones, 4 pixels and more apart: at 24 that is one."""


def draw_icon(badge: Badge, typefaces: Typefaces) -> Image.Image:
    """Draw it, 192 x 192, RGBA: the cairn, and below it the number where it can be read.

    Raises:
        GlyphsMissingError: the number cannot be drawn.
    """
    mirrored = badge.direction == "rtl"
    lettering = Lettering(typefaces, badge.language, badge.direction)
    block = lettering.block(badge.number, _NUMBER, _TEXT) if badge.number.strip() else None
    if block and block.cut:
        block = None
    high = 150 if block else 186
    image = scene(
        SIZE, SIZE, scale=_SCALE, sun=(SIZE / 2, high * 0.5), radius=high * 0.27, sun_colors=light_of(badge.tier)
    )
    hills(image, SIZE, high, scale=_SCALE, mirrored=mirrored)
    ground = hill(2, SIZE / 2, SIZE, high, mirrored=mirrored) + 3
    for stone in cairn(SIZE / 2, ground, high * 0.80, badge.stones, mirrored=mirrored):
        draw_stone(image, stone, _SCALE, 0)
    small = image.reduce(_SCALE)
    if block:
        lettering.draw(ImageDraw.Draw(small), block, SIZE / 2, 158 + block.size * 0.357)
    small.putalpha(corners(SIZE, SIZE, _CORNER, scale=_SCALE))
    return small


def draw_mono() -> Image.Image:
    """Draw the badge of a status bar, 96 x 96: white where there is something; phones paint it in a color of theirs."""
    mask = Image.new("L", (MONO_SIZE * _SCALE, MONO_SIZE * _SCALE), 0)
    draw = ImageDraw.Draw(mask)
    for x, y, across, down, tilt in _MONO:
        stone = Stone(x=x, y=y, across=across, down=down, tilt=tilt, color=NUMBER)
        draw.polygon(stone.outline(_SCALE), fill=255)
    image = Image.new("RGBA", (MONO_SIZE, MONO_SIZE), (255, 255, 255, 0))
    image.putalpha(mask.reduce(_SCALE))
    return image
