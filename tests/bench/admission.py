"""A plain admission for the peer's events: decoded, not checked, as the peer does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec

from schemas.record import Record
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent


class PeerEvent(msgspec.Struct, gc=False):
    """The peer's event, with what the tracker's fold asks of an event beyond that."""

    contact_id: str
    value: int
    id: str
    event: str = "usage"
    source: str = ""
    at_ms: int = 0
    properties: dict[str, Any] = {}
    backfill: bool = False


class PlainAdmission:
    """Stands where the tracker has its gate."""

    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(PeerEvent)

    def admit(self, records: Sequence[Record], now_ms: int) -> list[UsageEvent | Rejection]:
        """Decode records, in order and one for one.

        Raises:
            ValueError: an event has a line end in it, or is not the peer's.
        """
        events = self._decoder.decode_lines(b"\n".join([record.value() or b"" for record in records]))
        if len(events) != len(records):
            raise ValueError("an event of the benchmark holds a line end")
        return cast("list[UsageEvent | Rejection]", events)

    def misplaced(self, keys: Iterable[bytes]) -> Mapping[bytes, Rejection]:
        """Nobody: the benchmark fills its topics itself."""
        return {}
