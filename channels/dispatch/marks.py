"""What stands in the commit metadata: which offsets beyond the committed one are finished.

    cairn1:<base64url of varints>      varints: the committed offset, then the lengths of runs of offsets
                                       open, finished, open, finished, ... and a finished one at the end

A varint holds 7 bits in each byte, the lowest first, the high bit says that more follow (as protobuf's). The offset
stands in it because tools copy metadata to other offsets, as MirrorMaker does between clusters.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import NamedTuple

LIMIT = 4096
"""Characters that a broker takes (`offset.metadata.max.bytes`)."""
_MARK = "cairn1:"
_OFFSET_BYTES = 10
"""A varint of 64 bits."""
RUN_BYTES = (LIMIT - len(_MARK)) // 4 * 3 - _OFFSET_BYTES
"""Bytes for the runs: 4 characters of base64 hold 3. 3,056."""


class Run(NamedTuple):
    """Offsets `start` to before `end`."""

    start: int
    end: int


def most_bytes(open_: int, span: int) -> int:
    """Return how many bytes the runs take at most, whichever of `open_` offsets within `span` finish first.

    There are at most two runs for each open offset. A run's varint has one byte, and one more for every full 128
    offsets at most, and the runs together are no longer than the span.
    """
    return 2 * open_ + span // 128


def encode(offset: int, finished: Iterable[Run]) -> str:
    """Return the metadata for these runs in rising order, apart from each other; nothing finished: an empty text.

    Runs that no longer fit are left out: they would only be done again.
    """
    packed = bytearray()
    at = offset
    for run in finished:
        pair = _varint(run.start - at) + _varint(run.end - run.start)
        if len(packed) + len(pair) > RUN_BYTES:
            break
        packed += pair
        at = run.end
    if not packed:
        return ""
    return _MARK + base64.urlsafe_b64encode(_varint(offset) + packed).decode().rstrip("=")


def decode(offset: int, metadata: str | None) -> tuple[Run, ...]:
    """Return the finished runs; none where it was written by a person, another tool or version, or for another
    offset.
    """
    if not metadata or not metadata.startswith(_MARK):
        return ()
    text = metadata[len(_MARK) :]
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        numbers = _numbers(packed)
    except (ValueError, binascii.Error):
        return ()
    if len(numbers) < 3 or len(numbers) % 2 == 0 or numbers[0] != offset or 0 in numbers[1:]:
        return ()
    runs = []
    at = offset
    for open_, done in zip(numbers[1::2], numbers[2::2], strict=True):
        runs.append(Run(at + open_, at + open_ + done))
        at += open_ + done
    return tuple(runs)


def _varint(number: int) -> bytes:
    packed = bytearray()
    while number > 0x7F:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)
    return bytes(packed)


def _numbers(packed: bytes) -> list[int]:
    """Read all varints.

    Raises:
        ValueError: the last one is cut off, or one is over 64 bits.
    """
    numbers = []
    number = shift = 0
    for byte in packed:
        number |= (byte & 0x7F) << shift
        shift += 7
        if shift > 70:
            raise ValueError("a number of more than 64 bits")
        if byte < 0x80:
            numbers.append(number)
            number = shift = 0
    if shift:
        raise ValueError("the last number is cut off")
    return numbers
