"""Rounded corners, clear outside."""

from __future__ import annotations

from PIL import Image, ImageDraw


def corners(width: int, height: int, radius: int, *, scale: int) -> Image.Image:
    """Return the alpha channel of a picture with rounded corners, drawn `scale` times as large for smooth edges."""
    mask = Image.new("L", (width * scale, height * scale), 0)
    box = (0, 0, width * scale - 1, height * scale - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius * scale, fill=255)
    return mask.reduce(scale)
