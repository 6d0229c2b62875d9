"""Writes PNG (ISO/IEC 15948), 8 bits for each of red, green, blue and opacity."""

from __future__ import annotations

import struct
import zlib

from templates.pictures.canvas import Canvas


def png(canvas: Canvas) -> bytes:
    """Return the bytes of a PNG file."""
    header = struct.pack(">IIBBBBB", canvas.width, canvas.height, 8, 6, 0, 0, 0)
    # Every row begins with its filter; 0 is none.
    rows = b"".join(b"\0" + bytes(part for pixel in row for part in pixel) for row in canvas.rows)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
