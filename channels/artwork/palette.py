"""The colors of the pictures: those of mails and pages, at dawn."""

from __future__ import annotations

Color = tuple[int, int, int]
"""Red, green, blue, each 0 to 255."""

SKY: Color = (18, 62, 53)
RINGS: tuple[Color, ...] = ((22, 73, 62), (28, 86, 71), (38, 101, 81), (58, 119, 92))
"""Around the sun, from the widest to the narrowest; texts lie on all but the last."""
SUN: Color = (240, 178, 98)
SUN_HEART: Color = (249, 208, 142)
MOON: Color = (226, 204, 152)
MOON_HEART: Color = (246, 232, 196)
"""Warmer than the stones: pale ones would be lost before a pale moon."""
HILLS: tuple[Color, ...] = ((30, 84, 73), (20, 64, 56), (12, 45, 40))
"""From the farthest to the nearest."""
STONES: tuple[Color, ...] = ((112, 148, 137), (148, 180, 167), (186, 209, 198), (222, 226, 212))
"""From the lowest to the one below the top."""
TOP_STONE: Color = (240, 178, 98)
CONFETTI: tuple[Color, ...] = ((240, 178, 98), (255, 250, 240), (134, 211, 186), (232, 132, 94))
NUMBER: Color = (255, 250, 240)
TEXT: Color = (232, 240, 234)
SOFT: Color = (186, 209, 198)


def mixed(color: Color, other: Color, share: float) -> Color:
    """Return the color with `share` (0 to 1) of another in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(color, other, strict=True))
    return red, green, blue


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colors, 1 to 21 (WCAG 2.2, success criterion 1.4.3)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: Color) -> float:
    parts = (each / 255 for each in color)
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
