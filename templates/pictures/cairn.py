"""The pile of stones: animated, still and in one color."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, sin

from templates.pictures.canvas import Canvas, Color

_GROUND: Color = (22, 74, 63, 255)
_RIM: Color = (224, 164, 88, 255)
_WHITE: Color = (255, 255, 255, 255)
# (x, y, across, down, color) on a square of 72, as in the portal's icon.svg.
_STONES: tuple[tuple[float, float, float, float, Color], ...] = (
    (36, 58, 28, 9.5, (96, 132, 123, 255)),
    (35, 41.5, 20.5, 8, (135, 169, 158, 255)),
    (38, 27.5, 14, 6.5, (184, 208, 198, 255)),
    (35.5, 16, 8, 5, (240, 182, 105, 255)),
)
_SPARKS: tuple[Color, ...] = ((240, 182, 105, 255), (184, 208, 198, 255), (255, 253, 249, 255))
_FRAMES = 18
_HUNDREDTHS = 8
"""One time is 0.14 s + 17 x 0.08 s = 1.5 s, both are 3 s: WCAG 2.2.2 asks for a way to stop what moves for 5."""
_FIRST = 14
"""A program that shows only the first picture shows the whole pile; the others hold it for a moment."""


def mono() -> Canvas:
    """The badge of a status bar, 96 x 96: white where there is something. Phones paint it in their own color."""
    canvas = Canvas(96, 96)
    for x, y, across, down, _ in _STONES:
        # A gap between the stones: without color they would flow into one.
        canvas.ellipse(x * 96 / 72, y * 96 / 72, across * 96 / 72, down * 96 / 72 - 1.5, _WHITE)
    return canvas


def still() -> Canvas:
    """The icon of a notification, 192 x 192."""
    canvas = Canvas(192, 192)
    _medal(canvas, 96, 96, 95)
    _pile(canvas, 96, 96, 128, lift=0, squash=0)
    return canvas


def animated() -> Iterator[tuple[Canvas, int]]:
    """The picture of an email and of a large notification, 480 x 240: the top stone leaps and lands, sparks fly."""
    base = Canvas(480, 240)
    _medal(base, 240, 120, 119)
    for number in range(_FRAMES):
        canvas = Canvas(480, 240)
        canvas.rows = [row[:] for row in base.rows]
        at = number / (_FRAMES - 1)
        leap = sin(pi * min(1.0, at / 0.45)) if 0 < at < 0.45 else 0.0
        squash = max(0.0, sin(pi * (at - 0.45) / 0.2)) if 0.45 <= at < 0.65 else 0.0
        _sparks(canvas, 240, 120, (at - 0.45) / 0.55)
        _pile(canvas, 240, 122, 160, lift=leap * 9, squash=squash)
        yield canvas, _FIRST if number == 0 else _HUNDREDTHS


def _medal(canvas: Canvas, x: float, y: float, radius: float) -> None:
    canvas.ellipse(x, y, radius, radius, _RIM)
    canvas.ellipse(x, y, radius * 0.955, radius * 0.955, _GROUND)


def _pile(canvas: Canvas, x: float, y: float, size: float, *, lift: float, squash: float) -> None:
    scale = size / 72
    for place, (left, top, across, down, color) in enumerate(_STONES):
        is_top = place == len(_STONES) - 1
        raised = lift if is_top else 0
        flat = squash * 0.22 if is_top else 0
        canvas.ellipse(
            x + (left - 36) * scale,
            y + (top - 38 - raised + flat * down) * scale,
            across * scale * (1 + flat * 0.6),
            down * scale * (1 - flat),
            color,
        )


def _sparks(canvas: Canvas, x: float, y: float, at: float) -> None:
    """Sparks from the top stone outward, smaller as they go. `at` is 0 at the landing and 1 when they are gone."""
    if not 0 < at < 1:
        return
    for number in range(14):
        angle = pi * (1.08 + 0.84 * number / 13) + 0.12 * (number % 3 - 1)
        reach = (26 + 34 * (1 - (1 - at) ** 2)) * (1 + 0.18 * (number % 2))
        size = (4.6 - (number % 3) * 0.7) * (1 - at)
        canvas.ellipse(
            x + cos(angle) * reach * 1.25,
            y - 40 + sin(angle) * reach * 0.75 + 26 * at * at,
            size,
            size,
            _SPARKS[number % 3],
        )
