"""Foreign text made safe for a terminal, and moments and counts as people read them."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str) -> str:
    """`text` with control, format and surrogate characters escaped.

    Keys, ids and messages come from whoever can write to a topic: printed raw, an escape sequence in one of
    them could move the cursor, rename the window or hide a line.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(c) if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def readable(data: bytes | None) -> str:
    """Bytes of a record as one safe line: UTF-8 where it is, \\x.. where it is not, `(null)` for none."""
    if data is None:
        return "(null)"
    return printable(data.decode("utf-8", "surrogateescape")).replace("\\udc", "\\x")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`1 record`, `2,000 records`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def moment(epoch_ms: int) -> str:
    """Epoch milliseconds as RFC 3339 in UTC, to the second where that loses nothing."""
    at = datetime.fromtimestamp(epoch_ms / 1000, UTC)
    return at.isoformat(timespec="milliseconds" if epoch_ms % 1000 else "seconds").replace("+00:00", "Z")


def age(seconds: float) -> str:
    """A length of time in its largest whole unit: `42s`, `7m`, `3h`, `12d`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return f"{max(0, int(seconds))}s"
