"""A contact's row: counters, what was reached, and the ids seen last."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec

from stream.core.streak_row import Streak

Amount = int | Decimal
"""An exact number. Whole numbers are ints; a Decimal always has a fraction or lies beyond 64 bits."""

Baselines = dict[int, tuple[Amount, int]]
"""By metric: the value imported, and the moment (epoch ms) up to which it holds everything."""

_INT64 = range(-(2**63), 2**63)
NEAR, STUCK = 0, 1
"""Places in the lists of `Progress.nudged`."""


class Progress(msgspec.Struct, array_like=True, gc=False):
    """What is known of one contact. Lists and bytes are indexed by the numbers of the `Adoption`; times are epoch ms.

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
    """High-water marks by metric, only where the counter is below its own."""
    occurrences: dict[int, int] | None = None
    """The highest occurrence reached by milestone, only where it is above 1."""
    first_ms: int = 0
    """The lowest `at` of a counted event; 0: none counted yet."""
    last_day: int = 0
    """The newest day (UTC, since 1970-01-01) with a counted event."""
    zone: str | None = None
    """The contact's IANA zone; None: the product's."""
    signed_up_ms: int | None = None
    """When the contact signed up; None: not known."""
    streaks: dict[int, Streak] | None = None
    """The runs of each metric that counts days or weeks in a row."""
    baselines: Baselines | None = None
    """What was imported of each metric."""
    nudged: dict[int, list[int]] | None = None
    """The occurrences last nudged by milestone, [near, stuck]; 0: none. Under ``~milestone``, and only of an
    anniversary whose condition was changed: since when (epoch ms) it has the one of now, and how many of the dates by
    that are said or passed over. A field of its own would be the 16th, and so cost three bytes in every row."""
    active: dict[int, int] | None = None
    """When each metric last rose, kept only while a nudge for being stuck waits for it."""
    timer_ms: int = 0
    """Where the contact's timer stands; 0: there is none."""
    life: int = 1
    """How often the contact was erased and came back, the first time being 1."""

    def counter(self, metric: int) -> Amount:
        """Return the value of the metric with this number."""
        return self.counters[metric] if metric < len(self.counters) else 0

    def high(self, metric: int) -> Amount:
        """Return the high-water mark of the metric with this number, which starts at 0."""
        mark = self.peaks.get(metric) if self.peaks else None
        return max(self.counter(metric), 0) if mark is None else mark

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

    def nudge(self, milestone: int, place: int) -> int:
        """Return the occurrence of the milestone that was last nudged, `NEAR` or `STUCK`; 0 means none."""
        return self.nudged[milestone][place] if self.nudged and milestone in self.nudged else 0

    def dates(self, milestone: int, since_ms: int) -> int | None:
        """Return how many dates of an anniversary are done by the condition that it has since then; None if no date was
        yet."""
        since, dates = (self.nudged or {}).get(~milestone, (0, 0))
        return dates if since == since_ms else None

    def mark_dates(self, milestone: int, since_ms: int, dates: int) -> None:
        """Record how many dates of an anniversary are done by the condition that it has since then."""
        self.nudged = {**(self.nudged or {}), ~milestone: [since_ms, dates]}

    def mark_nudged(self, milestone: int, place: int, occurrence: int) -> None:
        """Record that this occurrence of the milestone was nudged, `NEAR` or `STUCK`."""
        marks = list((self.nudged or {}).get(milestone, (0, 0)))
        marks[place] = occurrence
        self.nudged = {**(self.nudged or {}), milestone: marks}


def fresh() -> Progress:
    """Return the row of a contact of whom nothing is known."""
    return Progress([])


def encode_progress(row: Progress) -> bytes:
    """Return the row as MessagePack, without the format byte."""
    try:
        return _encode(row)
    except OverflowError:
        # MessagePack ends at 64 bits. A sum beyond is rare and becomes text; reading it back gives a Decimal.
        wide = msgspec.structs.replace(row, counters=[_storable(value) for value in row.counters])
        if row.peaks:
            wide.peaks = {metric: _storable(value) for metric, value in row.peaks.items()}
        if row.baselines:
            wide.baselines = {metric: (_storable(value), at) for metric, (value, at) in row.baselines.items()}
        return _encode(wide)


def _storable(value: Amount) -> Amount:
    return value if not isinstance(value, int) or value in _INT64 else Decimal(value)


_encode: Callable[[Progress], bytes] = msgspec.msgpack.Encoder().encode

decode_progress: Callable[[bytes], Progress] = msgspec.msgpack.Decoder(Progress).decode
"""Return the row that `encode_progress` of this or an older release wrote. Raises msgspec.MsgspecError."""
