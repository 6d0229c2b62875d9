"""The place where the cairn stands: a sky with the sun behind it, three hills."""

from __future__ import annotations

from math import pi, sin

from PIL import Image, ImageDraw

from channels.artwork.palette import HILLS, RINGS, SKY, SUN, SUN_HEART, Color

_RING_SIZES = (3.7, 2.75, 1.95, 1.3)
"""Radii of the rings around the sun, in radii of the sun."""


def scene(
    width: int,
    height: int,
    *,
    scale: int,
    sun: tuple[float, float],
    radius: float,
    sun_colors: tuple[Color, Color] = (SUN, SUN_HEART),
) -> Image.Image:
    """Return the empty scene, `scale` times as large as the picture.

    Args:
        width: of the picture.
        height: likewise; the hills begin at two thirds of it.
        scale: for smooth edges: it is made smaller later.
        sun: its middle, in pixels of the picture.
        radius: of the sun.
        sun_colors: its rim and its heart.
    """
    image = Image.new("RGB", (width * scale, height * scale), SKY)
    draw = ImageDraw.Draw(image)
    for size, color in zip(_RING_SIZES, RINGS, strict=True):
        _disc(draw, sun, radius * size, scale, color)
    _disc(draw, sun, radius, scale, sun_colors[0])
    _disc(draw, (sun[0], sun[1] - radius * 0.04), radius * 0.78, scale, sun_colors[1])
    return image


def hills(image: Image.Image, width: int, height: int, *, scale: int, mirrored: bool) -> None:
    """Draw the hills onto a scene as if it were `height` high; the nearest reaches to its real end."""
    draw = ImageDraw.Draw(image)
    for number, color in enumerate(HILLS):
        points = [
            (x * scale, hill(number, x, width, height, mirrored=mirrored) * scale) for x in range(0, width + 5, 4)
        ]
        draw.polygon([*points, (width * scale + 9, image.height), (-9, image.height)], fill=color)


_WAVES: tuple[tuple[float, float, float, float], ...] = (
    (0.715, 0.050, 1.15, 0.35),
    (0.795, 0.042, 0.90, 2.55),
    (0.875, 0.026, 0.80, 4.95),
)
"""Of each hill: its height on the picture, its swing, waves over the width, phase."""


def hill(number: int, x: float, width: int, height: int, *, mirrored: bool = False) -> float:
    """Return the y of a hill's edge, 0 the farthest."""
    level, swing, waves, phase = _WAVES[number]
    share = 1 - x / width if mirrored else x / width
    return height * (
        level + swing * sin(2 * pi * waves * share + phase) + swing * 0.35 * sin(5 * pi * share + phase * 2)
    )


def _disc(draw: ImageDraw.ImageDraw, middle: tuple[float, float], radius: float, scale: int, color: Color) -> None:
    x, y = middle
    box = ((x - radius) * scale, (y - radius) * scale, (x + radius) * scale, (y + radius) * scale)
    draw.ellipse(box, fill=color)
