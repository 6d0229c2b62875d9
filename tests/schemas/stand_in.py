"""A Kafka record for tests of the contract, with the moment that all of them call now."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

NOW_MS = 1_795_185_667_163
"""2026-11-20T14:41:07.163Z, when the contract's example crossing was detected."""


@dataclass
class StandIn:
    """Fits `schemas.record.Record`."""

    a_value: bytes | None
    a_key: bytes | None = b"c-1042"
    some_headers: list[tuple[str, bytes]] | None = None
    a_timestamp: tuple[int, int] = field(default=(1, NOW_MS))

    def key(self) -> bytes | None:
        return self.a_key

    def value(self) -> bytes | None:
        return self.a_value

    def headers(self) -> list[tuple[str, bytes]] | None:
        return self.some_headers

    def topic(self) -> str:
        return "usage-events"

    def partition(self) -> int:
        return 3

    def offset(self) -> int:
        return 88121

    def timestamp(self) -> tuple[int, int]:
        return self.a_timestamp


def event(**changes: Any) -> dict[str, Any]:
    """The fields of a sound usage event of c-1042, with changes; a field that is changed to ... is left out."""
    fields = {"id": "imp-7", "contact_id": "c-1042", "event": "documents_processed"} | changes
    return {name: value for name, value in fields.items() if value is not ...}


def record(**changes: Any) -> StandIn:
    """A sound record with changes to its event."""
    return StandIn(json.dumps(event(**changes)).encode())
