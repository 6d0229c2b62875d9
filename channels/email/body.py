"""One part of a message: text as ASCII lines that every server carries unchanged."""

from __future__ import annotations

import base64
import binascii

_ASCII = bytes(range(128))
_DENSE = 6
"""Quoted-printable adds 2 bytes to each byte beyond ASCII, base64 a third to all: they break even at 1 in 6."""


def part(kind: str, content: str) -> bytes:
    """A MIME part (RFC 2045) with its headers; `kind` is a subtype of text.

    Line ends of all kinds become CRLF. What is left of control characters is encoded, so that no line of a body can
    end a message, or hold more than 76 characters (RFC 2045 section 6.7).
    """
    raw = content.encode("utf-8", "replace").replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    beyond_ascii = len(raw.translate(None, _ASCII))
    if beyond_ascii * _DENSE > len(raw):
        encoding, encoded = b"base64", base64.encodebytes(raw).replace(b"\n", b"\r\n")
    else:
        encoding, encoded = b"quoted-printable", binascii.b2a_qp(raw, istext=True)
    return (
        b"Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n" % (kind.encode(), encoding)
        + encoded
    )
