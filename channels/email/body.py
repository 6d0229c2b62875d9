"""One part of a message: text as ASCII lines that every server carries unchanged."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from templates.filled import Filled, Fragment

_ASCII = bytes(range(128))
_DENSE = 6
"""Quoted-printable adds 2 bytes to each byte beyond ASCII, base64 a third to all: they break even at 1 in 6."""
_LINE = 76
"""Characters of an encoded line, without its end: at most so many (RFC 2045 sections 6.7 and 6.8)."""
_END, _SOFT_BREAK = b"\r\n", b"=\r\n"
_TOO_LONG = re.compile(rb"(=(?:09|20))(?<=[^\r\n]{77})(?=\r\n)")
"""Space before a line's end, which `binascii` encodes without a look at how long the line becomes: 77 or 78."""
_BETWEEN, _ENCODED_BETWEEN = "\n\x01\n", b"\r\n=01\r\n"
"""A line that no template has, between texts that are encoded in one call."""
_TEMPLATES = 256
"""Emails whose pieces are kept: kinds x languages of a large installation; each has some 40 kB."""
_FRAGMENTS = 4_096
"""Fragments whose pieces are kept, some 5 kB each: an email has ten, of which some are alike for many milestones."""


def part(kind: str, content: str) -> bytes:
    """A MIME part (RFC 2045) with its headers; `kind` is a subtype of text.

    Line ends of all kinds become CRLF. What is left of control characters is encoded, so that no line of a body can
    end a message, or hold more than 76 characters (RFC 2045 section 6.7).
    """
    raw = _raw(content)
    if not raw.endswith(_END):
        raw += _END
    if _beyond_ascii(raw) * _DENSE > len(raw):
        return _head(kind, b"base64") + _base64(raw)
    return _head(kind, b"quoted-printable") + _quoted_printable(raw)


class _Piece(NamedTuple):
    """A piece in quoted-printable with what parts it from the next; its bytes before that, and those beyond ASCII."""

    encoded: bytes
    size: int
    beyond_ascii: int


class Parts:
    """Makes parts of filled templates: what a template has for everybody is encoded once.

    Quoted-printable may break a line anywhere (a soft break), so pieces are encoded apart and joined by soft breaks.
    """

    def __init__(self) -> None:
        self._known: dict[frozenset[str], Mapping[str, _Piece]] = {}
        self._fragments: dict[str, _Piece] = {}

    def part(self, kind: str, content: Filled) -> bytes:
        """A part with its headers, which decodes to what `part` gives for the whole text."""
        encoded = self._quoted(content) if content.fixed else None
        return part(kind, content.text) if encoded is None else _head(kind, b"quoted-printable") + encoded

    def _quoted(self, content: Filled) -> bytes | None:
        """The whole in quoted-printable; None where that does not suit it."""
        known = self._of(content.fixed)
        out: list[bytes] = []
        places: list[int] = []
        loose: list[str] = []
        size = beyond = begin = 0
        pieces = content.pieces
        for index, text in enumerate(pieces):
            piece = known.get(text)
            if piece is None:
                piece = self._fragment(text) if type(text) is Fragment else None
                if piece is None:
                    continue
            if begin < index:
                places.append(len(out))
                out.append(b"")
                loose.append("".join(pieces[begin:index]))
            begin = index + 1
            out.append(piece.encoded)
            size += piece.size
            beyond += piece.beyond_ascii
        if begin < len(pieces):
            places.append(len(out))
            out.append(b"")
            loose.append("".join(pieces[begin:]))
        told = _BETWEEN.join(loose)
        # Half of a line's end may stand in the next piece; the templates of an installation have none, read as text.
        if "\r" in told:
            return None
        raw = _raw(told)
        if (beyond + _beyond_ascii(raw)) * _DENSE > size + len(raw):
            return None
        encoded = _quoted_printable(raw + _END)[: -len(_END)].split(_ENCODED_BETWEEN)
        if len(encoded) != len(places):
            return None
        for place, each in zip(places, encoded, strict=True):
            out[place] = _parted(each)
        return _ended(out)

    def _fragment(self, text: Fragment) -> _Piece | None:
        found = self._fragments.get(text)
        if found is None and "\r" not in text:
            if len(self._fragments) >= _FRAGMENTS:
                self._fragments.clear()
            found = self._fragments[text] = _piece(text)
        return found

    def _of(self, fixed: frozenset[str]) -> Mapping[str, _Piece]:
        found = self._known.get(fixed)
        if found is None:
            if len(self._known) >= _TEMPLATES:
                self._known.clear()
            found = self._known[fixed] = {each: _piece(each) for each in fixed if "\r" not in each}
        return found


def _piece(text: str) -> _Piece:
    raw = _raw(text)
    # With a line end behind it, so that space before a piece's end is encoded, and its lines end in CRLF.
    encoded = _quoted_printable(raw + _END)[: -len(_END)]
    return _Piece(_parted(encoded), len(raw), _beyond_ascii(raw))


def _parted(encoded: bytes) -> bytes:
    """Return a piece with a soft break behind it; a last line without room for that is broken before its end."""
    if not encoded or encoded.endswith(b"\n"):
        return encoded
    if len(encoded) - encoded.rfind(b"\n") - 1 >= _LINE:
        cut = 3 if encoded[-3:-2] == b"=" else 1
        encoded = encoded[:-cut] + _SOFT_BREAK + encoded[-cut:]
    return encoded + _SOFT_BREAK


def _ended(out: Sequence[bytes]) -> bytes:
    """Join the pieces; the last line ends as all others do."""
    whole = b"".join(out)
    return whole.removesuffix(_SOFT_BREAK) + _END if whole.endswith(_SOFT_BREAK) or not whole else whole


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "replace").replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def _beyond_ascii(raw: bytes) -> int:
    return 0 if raw.isascii() else len(raw.translate(None, _ASCII))


def _quoted_printable(raw: bytes) -> bytes:
    encoded = binascii.b2a_qp(raw, istext=True)
    if b"=20\r\n" in encoded or b"=09\r\n" in encoded:
        return _TOO_LONG.sub(rb"=\r\n\1", encoded)
    return encoded


def _base64(raw: bytes) -> bytes:
    whole = binascii.b2a_base64(raw, newline=False)
    return _END.join([*(whole[at : at + _LINE] for at in range(0, len(whole), _LINE)), b""])


def _head(kind: str, encoding: bytes) -> bytes:
    return b"Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n" % (kind.encode(), encoding)
