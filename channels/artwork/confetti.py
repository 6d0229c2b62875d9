"""Confetti over the pile: thrown up at the landing, gone at the end."""

from __future__ import annotations

from math import cos, pi, sin

from PIL import ImageDraw

from channels.artwork.palette import CONFETTI

_PIECES = 30
_FALL = 150
"""Pixels that a piece falls in the whole flight, on top of its throw."""


def draw_confetti(draw: ImageDraw.ImageDraw, at: float, x: float, y: float, scale: int) -> None:
    """Draw it as it is in one moment.

    Args:
        draw: onto an image `scale` times as large as the picture.
        at: 0 at the throw, 1 when it is gone.
        x: where it is thrown from, in pixels of the picture.
        y: likewise.
        scale: pixels of the image for one of the picture.
    """
    if not 0 < at < 1:
        return
    for number in range(_PIECES):
        angle = pi * (1.06 + 0.88 * ((number * 7) % _PIECES) / (_PIECES - 1))
        reach = (46 + 88 * ((number * 11) % 13) / 12) * (1 - (1 - at) ** 2.4)
        middle = (x + cos(angle) * reach * 1.15, y + sin(angle) * reach * 0.8 + _FALL * at * at * 0.6)
        size = (4.6 + number % 3) * min(1.0, 2.2 * (1 - at))
        turn = number + at * (5 + number % 4)
        # A piece that turns in the air is seen from its edge at times.
        flat = 0.35 + 0.65 * abs(cos(turn * 1.7))
        draw.polygon(_piece(middle, size, size * flat, turn, scale), fill=CONFETTI[number % len(CONFETTI)])


def _piece(
    middle: tuple[float, float], across: float, down: float, turn: float, scale: int
) -> list[tuple[float, float]]:
    corners = ((-across, -down), (across, -down), (across, down), (-across, down))
    return [
        (
            (middle[0] + x * cos(turn) - y * sin(turn)) * scale,
            (middle[1] + x * sin(turn) + y * cos(turn)) * scale,
        )
        for x, y in corners
    ]
