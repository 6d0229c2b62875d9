"""Who lets usage events in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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

    def misplaced(self, keys: Iterable[bytes]) -> Mapping[bytes, Rejection]:
        """Return which of these keys belong to another partition, each with its rejection.

        To be asked of every key without a row before it gets one.
        """
        ...
