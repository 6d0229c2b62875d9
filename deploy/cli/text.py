"""Foreign text made safe for a terminal, and moments and counts as people read them."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
    """Epoch milliseconds as RFC 3339 in UTC, to the second where that loses nothing.

    Total: states and topics may hold a number that is no date of the years 1 to 9999, and it is shown as that.
    """
    return exact_moment(epoch_ms).replace(".000Z", "Z")


def exact_moment(epoch_ms: int) -> str:
    """The same, always with milliseconds."""
    try:
        return (_EPOCH + timedelta(milliseconds=epoch_ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except OverflowError:
        return f"outside the calendar ({epoch_ms:,} ms since 1970)"


def day(days: int) -> str:
    """Days since 1970-01-01 as a date. Total, as `moment` is."""
    try:
        return (_EPOCH.date() + timedelta(days=days)).isoformat()
    except OverflowError:
        return f"outside the calendar ({days:,} days since 1970)"


def age(seconds: float) -> str:
    """A length of time in its largest whole unit: `42s`, `7m`, `3h`, `12d`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return f"{max(0, int(seconds))}s"
