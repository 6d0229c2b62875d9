"""Who lets usage events in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from schemas.record import Record
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent

Admitted = list[UsageEvent | Rejection]


class Admission(Protocol):
    """One for each task: `Gate`, or what a benchmark puts in its place."""

    def admit(self, records: Sequence[Record], now_ms: int) -> Admitted:
        """Decode records, in order and one for one; what is not fit comes back as its rejection."""
        ...

    def strangers(self, newcomers: Sequence[bytes]) -> Mapping[bytes, Rejection]:
        """Return which keys of contacts without a row are in the wrong partition, each with its rejection."""
        ...

    def astray(self, keys: Sequence[bytes]) -> Mapping[bytes, Rejection]:
        """Return the same of any keys; every one is looked at."""
        ...
