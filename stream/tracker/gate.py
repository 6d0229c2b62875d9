"""Who lets records in: the strict door, and the look at whether a key lies where murmur2 puts it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schemas.door import Door
from schemas.limits import DEFAULTS, Limits
from schemas.partition_check import PartitionCheck
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent


class Gate:
    """The gate of one partition of `partitions`."""

    def __init__(self, partition: int, partitions: int, limits: Limits = DEFAULTS) -> None:
        self._door = Door(limits)
        self._check = PartitionCheck(partition, partitions)

    def admit(self, records: Sequence[Record], now_ms: int) -> list[UsageEvent | Rejection]:
        """Decode records, in order and one for one; what is not fit comes back as its rejection."""
        return self._door.admit(records, now_ms)

    def misplaced(self, keys: Iterable[bytes]) -> dict[bytes, Rejection]:
        """Return which of these keys belong to another partition, each with its rejection."""
        return self._check.misplaced(keys)
