"""A contact's row: counters, what was reached, and the ids seen last."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec

Amount = int | Decimal
"""An exact number. Whole numbers are ints; a Decimal always has a fraction or lies beyond 64 bits."""

_INT64 = range(-(2**63), 2**63)


class Progress(msgspec.Struct, array_like=True, gc=False):
    """What is known of one contact. Lists and bytes are indexed by the numbers of the `Adoption`.

    Fields are appended, never moved or removed: a row written by an older release is shorter, and what it
    lacks takes its default. The store puts a format byte before it.
    """

    counters: list[Amount]
    """The value of each metric; a row may be shorter than the rules, the rest is 0."""
    reached: bytes = b""
    """One bit per milestone, lowest bit first: reached at least once."""
    ring: bytes = b""
    """Hashes of the events seen last, 8 bytes each, the newest at the end."""
    peaks: dict[int, Amount] | None = None
    """High-water marks by metric, only where a sum has fallen below its own."""
    occurrences: dict[int, int] | None = None
    """The highest occurrence reached by milestone, only where it is above 1."""

    def counter(self, metric: int) -> Amount:
        """Return the value of the metric with this number."""
        return self.counters[metric] if metric < len(self.counters) else 0

    def occurrence(self, milestone: int) -> int:
        """Return the highest occurrence reached of the milestone with this number; 0 means never."""
        place = milestone >> 3
        if place >= len(self.reached) or not self.reached[place] >> (milestone & 7) & 1:
            return 0
        return self.occurrences.get(milestone, 1) if self.occurrences else 1

    def reach(self, milestone: int, occurrence: int) -> None:
        """Record that this occurrence of the milestone was reached."""
        place = milestone >> 3
        bits = self.reached.ljust(place + 1, b"\0")
        self.reached = bits[:place] + bytes((bits[place] | 1 << (milestone & 7),)) + bits[place + 1 :]
        if occurrence > 1:
            self.occurrences = {**(self.occurrences or {}), milestone: occurrence}


def fresh() -> Progress:
    """Return the row of a contact of whom nothing is known."""
    return Progress([])


def encode_progress(row: Progress) -> bytes:
    """Return the row as MessagePack, without the format byte."""
    try:
        return _encode(row)
    except OverflowError:
        # MessagePack ends at 64 bits. A sum beyond is rare and becomes text; reading it back gives a Decimal.
        counters = [_storable(value) for value in row.counters]
        peaks = {metric: _storable(value) for metric, value in row.peaks.items()} if row.peaks else None
        return _encode(Progress(counters, row.reached, row.ring, peaks, row.occurrences))


def _storable(value: Amount) -> Amount:
    return value if not isinstance(value, int) or value in _INT64 else Decimal(value)


_encode: Callable[[Progress], bytes] = msgspec.msgpack.Encoder().encode

decode_progress: Callable[[bytes], Progress] = msgspec.msgpack.Decoder(Progress).decode
"""Return the row that `encode_progress` of this or an older release wrote. Raises msgspec.MsgspecError."""
