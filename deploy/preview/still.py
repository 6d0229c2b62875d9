"""The first picture of an animation: what most programs show of it."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError


def first_frame(picture: bytes) -> bytes:
    """Return a picture as PNG, of an animation its first one; unchanged where it is no picture that is known."""
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            opened.seek(0)
            out = io.BytesIO()
            opened.convert("RGBA").save(out, "PNG")
    except (UnidentifiedImageError, OSError):
        return picture
    return out.getvalue()


def size_of(picture: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels; None where it is no picture that is known."""
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            return opened.size
    except (UnidentifiedImageError, OSError):
        return None
