"""Writes animated GIF (GIF89a, with the Netscape block for its loops)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from templates.pictures.canvas import CLEAR, Canvas, Color

_CLEAR_INDEX = 0
_OPAQUE = 128
Rows = list[list[int]]


def gif(frames: Sequence[tuple[Canvas, int]], repeats: int) -> bytes:
    """Return the bytes of a GIF file.

    A frame is written as the rectangle that changed; pixels that stay are clear in it, so none may become clear.

    Args:
        frames: pictures of one size with their time in hundredths of a second.
        repeats: how often it begins anew after the first time.

    Raises:
        ValueError: there are more than 255 colors.
    """
    pictures = [[[_flat(pixel) for pixel in row] for row in canvas.rows] for canvas, _ in frames]
    colors = sorted({pixel for rows in pictures for row in rows for pixel in row if pixel != CLEAR})
    if len(colors) > 255:
        raise ValueError(f"{len(colors)} colors do not fit into a GIF")
    index = {CLEAR: _CLEAR_INDEX} | {color: place for place, color in enumerate(colors, start=1)}
    width, height = frames[0][0].width, frames[0][0].height
    table = b"\0\0\0" + b"".join(bytes(color[:3]) for color in colors)
    parts = [
        b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0),
        table.ljust(3 * 256, b"\0"),
        b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", repeats) + b"\0",
    ]
    shown: Rows = [[-1] * width for _ in range(height)]
    for rows, (_, time) in zip(pictures, frames, strict=True):
        indexed = [[index[pixel] for pixel in row] for row in rows]
        parts.append(_frame(shown, indexed, time))
        shown = indexed
    return b"".join(parts) + b"\x3b"


def _flat(pixel: Color) -> Color:
    return CLEAR if pixel[3] < _OPAQUE else (*pixel[:3], 255)


def _frame(shown: Rows, rows: Rows, time: int) -> bytes:
    left, top, right, bottom = _changed(shown, rows)
    pixels = bytes(
        _CLEAR_INDEX if shown[y][x] == rows[y][x] else rows[y][x]
        for y in range(top, bottom)
        for x in range(left, right)
    )
    control = b"\x21\xf9\x04" + struct.pack("<BHB", 0b0000_0101, time, _CLEAR_INDEX) + b"\0"
    place = b"\x2c" + struct.pack("<HHHHB", left, top, right - left, bottom - top, 0)
    return control + place + b"\x08" + _blocks(_lzw(pixels)) + b"\0"


def _changed(shown: Rows, rows: Rows) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what changed; one pixel where nothing did."""
    ys = [y for y, row in enumerate(rows) if row != shown[y]] or [0]
    xs = [x for y in ys for x, pixel in enumerate(rows[y]) if pixel != shown[y][x]] or [0]
    return min(xs), min(ys), max(xs) + 1, max(ys) + 1


def _lzw(pixels: bytes) -> bytes:
    """Variable-length LZW with codes of 9 to 12 bits, low bits first."""
    clear, end = 256, 257
    bits, count, out = 0, 0, bytearray()
    width, codes = 9, {bytes([each]): each for each in range(256)}

    def put(code: int) -> None:
        nonlocal bits, count
        bits |= code << count
        count += width
        while count >= 8:
            out.append(bits & 0xFF)
            bits >>= 8
            count -= 8

    put(clear)
    free, word = end + 1, b""
    for value in pixels:
        longer = word + bytes([value])
        if longer in codes:
            word = longer
            continue
        put(codes[word])
        codes[longer] = free
        free += 1
        if free > 1 << width:
            width += 1
        if free == 4096:
            put(clear)
            free, width, codes = end + 1, 9, {bytes([each]): each for each in range(256)}
        word = bytes([value])
    put(codes[word])
    put(end)
    return bytes(out) + (bytes([bits]) if count else b"")


def _blocks(data: bytes) -> bytes:
    return b"".join(bytes([len(part)]) + part for part in (data[at : at + 255] for at in range(0, len(data), 255)))
