"""Moments: RFC 3339 on the wire, epoch milliseconds (int, UTC) inside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from struct import Struct
from typing import Annotated

import msgspec

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_MS, LAST_MS = -62_135_596_800_000, 253_402_300_799_999
"""The first and the last moment (epoch ms) that a date can show: years 1 to 9999, UTC."""

Aware = Annotated[datetime, msgspec.Meta(tz=True)]
"""A date and time with its offset; without one it would mean another moment on every machine."""

Rfc3339 = Annotated[
    str,
    msgspec.Meta(
        description="RFC 3339 in UTC with milliseconds, such as 2026-11-20T14:41:07.120Z",
        extra_json_schema={"format": "date-time"},
    ),
]
"""A moment as we write it; `rfc3339` makes it."""


_WRITTEN = len("2026-11-20T14:41:07.120Z")
"""Letters of a moment as `rfc3339` writes it."""


@lru_cache(maxsize=64)
def rfc3339(epoch_ms: int) -> str:
    """Return the moment as text in UTC, always with three decimals and Z: `2026-11-20T14:41:07.120Z`.

    Raises:
        OverflowError: it lies outside the years 1 to 9999; `shown` takes any.
    """
    seconds, ms = divmod(epoch_ms, 1000)
    return f"{_to_the_second(seconds)}.{ms:03d}Z"


@lru_cache(maxsize=1024)
def _to_the_second(seconds: int) -> str:
    """The part that neighbours share: moments of one batch mostly lie within seconds of each other."""
    return (EPOCH + timedelta(seconds=seconds)).isoformat()[:19]


def shown(epoch_ms: int) -> str:
    """Return any moment as a person may read it: RFC 3339, or the number where no date can show it."""
    return rfc3339(epoch_ms) if FIRST_MS <= epoch_ms <= LAST_MS else f"{epoch_ms} ms"


@lru_cache(maxsize=1 << 10)
def parse_rfc3339(text: str) -> int:
    """Return the epoch milliseconds of a text with an offset; finer digits are cut off.

    Whoever handles a record asks for its moments several times, and neighbours share theirs.

    Raises:
        ValueError: it is not RFC 3339, or has no offset (`msgspec.ValidationError` is a ValueError).
    """
    if len(text) == _WRITTEN and text[19] == "." and text[23] == "Z":
        ms = text[20:23]
        if ms.isdecimal() and ms.isascii():
            return _second_ms(text[:19]) + int(ms)
    return epoch_ms(msgspec.convert(text, Aware))


@lru_cache(maxsize=1 << 10)
def _second_ms(text: str) -> int:
    """The part that neighbours share, as in `_to_the_second`: few of them come at the same millisecond."""
    return epoch_ms(msgspec.convert(f"{text}Z", Aware))


def epoch_ms(at: datetime) -> int:
    """Return the epoch milliseconds of an aware datetime, rounded down.

    In UTC it may lie outside the years 1 to 9999, as 0001-01-01T00:00:00+01:00 does: numbers go further than dates.
    """
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def epoch_ms_of_many(moments: Sequence[datetime]) -> list[int]:
    """Return the epoch milliseconds of each aware datetime, rounded down: `epoch_ms` at less than half its price.

    MessagePack writes a moment with a fraction of a second as two bytes, 30 bits of nanoseconds and 34 bits of seconds
    since 1970 (its "timestamp 64"), so one call in C turns all of them into integers of a fixed layout.
    """
    try:
        packed = _packed(moments)
    except OverflowError:  # one of them has no date in UTC: the encoder cannot turn it
        packed = None
    if packed is None:
        return [epoch_ms(at) for at in moments]
    words = _TIMESTAMP.iter_unpack(memoryview(packed)[_header_size(len(moments)) :])
    return [seconds * 1000 + quarters // _QUARTERS_IN_MS for quarters, seconds in words]


def _packed(moments: Sequence[datetime]) -> bytes | None:
    """Return the moments as timestamps 64; None where one of them is none.

    Raises:
        OverflowError: one of them lies outside the years 1 to 9999 of UTC.
    """
    packed = _pack(moments)
    if _is_fixed(packed, len(moments)):
        return packed
    # A whole second is packed shorter; one microsecond more leaves its millisecond as it is.
    packed = _pack([at if at.microsecond else at + _MICROSECOND for at in moments])
    return packed if _is_fixed(packed, len(moments)) else None


def _is_fixed(packed: bytes, count: int) -> bool:
    """Whether all are timestamps 64 before 2106, when their seconds outgrow the second word.

    One that begins with the mark of that layout has its size, so the next begins where it is looked for.
    """
    first = _header_size(count)
    size = _TIMESTAMP.size
    return (
        len(packed) == first + count * size
        and packed[first::size] == _MARK * count
        and not packed[first + _SECONDS_CARRY :: size].translate(None, _NO_CARRY)
    )


def _header_size(count: int) -> int:
    if count < 1 << 4:
        return 1
    return 3 if count < 1 << 16 else 5


_TIMESTAMP = Struct(">2xII")
_MARK = b"\xd7"
_QUARTERS_IN_MS = 4_000_000
"""The first word counts quarters of a nanosecond: 30 bits, shifted by the two bits that belong to the seconds."""
_SECONDS_CARRY = 5
"""Where in a timestamp the byte stands that ends in those two bits."""
_NO_CARRY = bytes(range(0, 256, 4))
_MICROSECOND = timedelta(microseconds=1)
_pack = msgspec.msgpack.Encoder().encode
