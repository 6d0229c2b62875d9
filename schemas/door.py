"""The strict door of usage-events: records in, events or rejections out, in the same order.

`schemas.examination` is the contract in full: one record, every rule, the broken one named, for several microseconds.
Here the usual event is proven fine for a tenth of that: `schemas.event_decoder` decodes a chunk in C by types that
exclude most faults, and `schemas.proof` excludes the others for the chunk at once. Only what is not proven is examined,
so a bad record costs itself, not its neighbours. Both ways give the same answer; a property test holds them to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import UNSET

from schemas.cloudevents import is_cloudevent
from schemas.event_decoder import decode_events
from schemas.examination import examine
from schemas.foreign_formats import CONFLUENT, without_frame
from schemas.limits import DEFAULTS, Limits
from schemas.moment import epoch_ms, epoch_ms_of_many
from schemas.proof import doubtful_content, doubtful_ids, doubtful_keys, doubtful_names, doubtful_zones
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent

_CHUNK = 256
"""Records proven together: enough to spread the fixed cost, few enough that their bytes stay in the CPU's cache."""


class Door:
    """Judges the records of usage-events. Keeps nothing between calls; time is an argument."""

    def __init__(self, limits: Limits = DEFAULTS) -> None:
        self._limits = limits

    def admit(self, records: Sequence[Record], now_ms: int) -> list[UsageEvent | Rejection]:
        """Return, for each record, its event or why it is refused; a `DoubtfulEvent` is both let in and to be told of.

        An event's `at_ms` is set. `now_ms` is the worker's clock in epoch milliseconds.
        """
        verdicts: list[UsageEvent | Rejection] = []
        for start in range(0, len(records), _CHUNK):
            verdicts += self._admit(records[start : start + _CHUNK], now_ms)
        return verdicts

    def _admit(self, records: Sequence[Record], now_ms: int) -> list[UsageEvent | Rejection]:
        values = self._values(records)
        events, unusual, holes = decode_events(values)
        decoded = records
        if holes:
            undecoded = set(holes)
            decoded = [each for at, each in enumerate(records) if at not in undecoded]
            values = [each for at, each in enumerate(values) if at not in undecoded]
        verdicts: list[UsageEvent | Rejection] = [*events]
        for at in self._doubtful(events, unusual, decoded, values, now_ms):
            verdicts[at] = examine(decoded[at], now_ms, self._limits)
        # In rising order, so that each lands where it was.
        for at in holes:
            verdicts.insert(at, examine(records[at], now_ms, self._limits))
        return verdicts

    def _values(self, records: Sequence[Record]) -> list[bytes]:
        """The values to decode; empty, which does not decode, where a record must be examined anyway."""
        values = [record.value() or b"" for record in records]
        if sum(map(len, values)) > self._limits.record_bytes:
            values = [value if len(value) <= self._limits.record_bytes else b"" for value in values]
        # A producer that frames its JSON frames all of it, so one look at a chunk is enough.
        if values[0].startswith(CONFLUENT):
            values = [without_frame(value) for value in values]
        headers = [record.headers() for record in records]
        if headers.count(None) < len(headers):
            for at, each in enumerate(headers):
                if each is not None and is_cloudevent(each):
                    values[at] = b""
        return values

    def _doubtful(
        self,
        events: Sequence[UsageEvent],
        unusual: Sequence[int],
        records: Sequence[Record],
        values: Sequence[bytes],
        now_ms: int,
    ) -> set[int]:
        """Positions of the events that are not proven fine."""
        if not events:
            return set()
        doubtful = {
            *doubtful_ids(events, b"\n".join(values)),
            *doubtful_names(events),
            *doubtful_zones(events),
            *doubtful_keys(events, [record.key() or b"" for record in records]),
            *self._set_moments(events, records, now_ms),
        }
        if unusual:
            found = doubtful_content(
                [events[at] for at in unusual], [values[at] for at in unusual], self._limits.nesting
            )
            doubtful.update(unusual[at] for at in found)
        return doubtful

    def _set_moments(self, events: Sequence[UsageEvent], records: Sequence[Record], now_ms: int) -> list[int]:
        """Turn each event's `at` into epoch milliseconds; return the positions of those out of bounds."""
        bounds = self._limits.happened(now_ms)
        earliest, latest = bounds.earliest_ms, bounds.latest_ms
        # Any: so far, a moment is what the wire said.
        ats: list[Any] = [event.at_ms for event in events]
        kinds = set(map(type, ats))
        if kinds == {int}:
            moments = ats
        else:
            moments = epoch_ms_of_many(ats) if kinds == {datetime} else _moments(ats, records)
            for event, moment in zip(events, moments, strict=True):
                event.at_ms = moment
        if earliest <= min(moments) and max(moments) <= latest:
            return []
        return [at for at, moment in enumerate(moments) if not earliest <= moment <= latest]


def _moments(ats: Sequence[Any], records: Sequence[Record]) -> list[int]:
    """Epoch milliseconds of moments of all kinds; a record without any gets one that no bounds hold."""
    moments: list[int] = []
    for at, record in zip(ats, records, strict=True):
        if at is UNSET:
            kind, timestamp = record.timestamp()
            moments.append(timestamp if kind else _NEVER)
        else:
            moments.append(epoch_ms(at) if isinstance(at, datetime) else at)
    return moments


_NEVER = -(2**63)
