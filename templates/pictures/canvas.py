"""A small canvas for filled ellipses."""

from __future__ import annotations

from math import ceil, floor, hypot

Color = tuple[int, int, int, int]
"""Red, green, blue, opacity, each 0 to 255."""
CLEAR: Color = (0, 0, 0, 0)
_STEPS = 8
"""Levels at an edge: a GIF has 256 colors in all."""


class Canvas:
    """Pixels in rows, all clear at first."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.rows: list[list[Color]] = [[CLEAR] * width for _ in range(height)]

    def ellipse(self, x: float, y: float, across: float, down: float, color: Color) -> None:
        """Fill an ellipse around (x, y) with these radii, its edge smooth."""
        if across <= 0 or down <= 0:
            return
        for row in range(max(0, floor(y - down - 1)), min(self.height, ceil(y + down + 1))):
            pixels, v = self.rows[row], (row + 0.5 - y) / down
            for column in range(max(0, floor(x - across - 1)), min(self.width, ceil(x + across + 1))):
                covered = _covered((column + 0.5 - x) / across, v, across, down)
                if covered:
                    pixels[column] = _over(pixels[column], color, covered)


def _covered(u: float, v: float, across: float, down: float) -> float:
    """How much of a pixel lies within: by its distance to the edge, which the gradient gives to first order."""
    radius = hypot(u, v)
    steep = hypot(u / across, v / down)
    if steep == 0:
        return 1.0
    share = 0.5 - (radius - 1) * radius / steep
    return round(min(1.0, max(0.0, share)) * _STEPS) / _STEPS


def _over(under: Color, color: Color, covered: float) -> Color:
    share = covered * color[3] / 255
    opacity = share + under[3] / 255 * (1 - share)
    if not opacity:
        return CLEAR
    red, green, blue = (
        round((color[each] * share + under[each] * under[3] / 255 * (1 - share)) / opacity) for each in range(3)
    )
    return red, green, blue, round(opacity * 255)
