"""Frames made into an animated GIF."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

COLORS = 64
"""With the clear one. Flat colors and their smooth edges need no more, and a third of the bytes of 256."""
_OPAQUE = 128


def gif(frames: Sequence[Image.Image], milliseconds: Sequence[int], repeats: int) -> bytes:
    """Return the bytes of a GIF file.

    Args:
        frames: RGBA, of one size; what is clear in the first is clear in all.
        milliseconds: how long each is shown, in steps of 10.
        repeats: how often it begins anew after the first time.
    """
    palette = _palette(frames)
    clear = frames[0].getchannel("A").point(lambda each: 255 if each < _OPAQUE else 0)
    flat = []
    for frame in frames:
        indexed = frame.convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE)
        indexed.paste(COLORS - 1, (0, 0), clear)
        flat.append(indexed)
    out = BytesIO()
    flat[0].save(
        out,
        "GIF",
        save_all=True,
        append_images=flat[1:],
        duration=list(milliseconds),
        loop=repeats,
        transparency=COLORS - 1,
        disposal=1,
        optimize=False,
    )
    return out.getvalue()


def _palette(frames: Sequence[Image.Image]) -> Image.Image:
    """The colors of the still picture and of one in the middle, where everything flies, in one palette."""
    width, height = frames[0].size
    both = Image.new("RGB", (width, height * 2))
    both.paste(frames[0].convert("RGB"), (0, 0))
    both.paste(frames[len(frames) * 2 // 3].convert("RGB"), (0, height))
    return both.quantize(COLORS - 1, method=Image.Quantize.MEDIANCUT, kmeans=2)
