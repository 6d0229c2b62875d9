"""One stone of a pile: a rounded pebble with light from above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import cos, pi, sin

from PIL import Image, ImageChops, ImageDraw

from channels.artwork.palette import Color, mixed

_POINTS = 96
_ROUNDNESS = 2.5
"""The exponent of a superellipse: 2 is an ellipse, more is nearer to a rectangle."""
_WHITE: Color = (255, 255, 255)
_SHADE: Color = (8, 32, 30)


@dataclass(frozen=True, slots=True)
class Stone:
    """Its middle, half its width and height (pixels), its tilt (radians, clockwise), its color."""

    x: float
    y: float
    across: float
    down: float
    tilt: float
    color: Color

    def moved(self, right: float, below: float) -> Stone:
        """Return it elsewhere."""
        return replace(self, x=self.x + right, y=self.y + below)

    def squashed(self, share: float) -> Stone:
        """Return it flatter by a share (0 to 1), still standing where it stood."""
        down = self.down * (1 - share)
        return replace(self, down=down, across=self.across * (1 + share / 2), y=self.y + self.down - down)

    def outline(self, scale: float = 1.0) -> list[tuple[float, float]]:
        """Return the corners of its outline, everything multiplied by `scale`."""
        return list(self._corners(scale))

    def _corners(self, scale: float) -> Iterable[tuple[float, float]]:
        power = 2 / _ROUNDNESS
        for number in range(_POINTS):
            angle = 2 * pi * number / _POINTS
            u, v = cos(angle), sin(angle)
            # Flatter below than above: it lies on something.
            right = abs(u) ** power * (1 if u > 0 else -1) * self.across
            below = abs(v) ** (power if v < 0 else power * 0.8) * (1 if v > 0 else -1) * self.down
            yield (
                (self.x + right * cos(self.tilt) - below * sin(self.tilt)) * scale,
                (self.y + right * sin(self.tilt) + below * cos(self.tilt)) * scale,
            )


def draw_stone(image: Image.Image, stone: Stone, scale: int, light: float) -> None:
    """Draw it onto an image that is `scale` times as large as the picture.

    Args:
        image: RGB or RGBA.
        stone: in pixels of the picture.
        scale: how many pixels of the image are one of the picture.
        light: where the light comes from, -1 left to 1 right.
    """
    reach = stone.across + stone.down
    left, top = int((stone.x - reach) * scale), int((stone.y - reach) * scale)
    side = int(2 * reach * scale) + 2
    outline = _mask(stone, scale, left, top, side)
    lit = ImageChops.multiply(outline, _mask(_part(stone, light, -0.52, 0.86), scale, left, top, side))
    dark = ImageChops.subtract(outline, _mask(_part(stone, light, -0.30, 1.04), scale, left, top, side))
    for mask, color in (
        (outline, stone.color),
        (dark, mixed(stone.color, _SHADE, 0.3)),
        (lit, mixed(stone.color, _WHITE, 0.24)),
    ):
        image.paste(color, (left, top), mask)


def _part(stone: Stone, light: float, above: float, size: float) -> Stone:
    """The same shape, moved towards the light: what both cover is lit, what it leaves is in shade."""
    moved = stone.moved(stone.across * 0.10 * light, stone.down * above)
    return replace(moved, across=stone.across * size, down=stone.down * size)


def _mask(stone: Stone, scale: int, left: int, top: int, side: int) -> Image.Image:
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in stone.outline(scale)], fill=255)
    return mask
