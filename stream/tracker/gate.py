"""Who lets records in: the strict door, and the look at whether a key lies where murmur2 puts it."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.door import Door
from schemas.limits import DEFAULTS, Limits
from schemas.partition_check import PartitionCheck, PartitionChecking
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent


class Gate:
    """The gate of one partition; a new one for each assignment, because the check samples what it sees first."""

    def __init__(self, checking: PartitionChecking, partition: int, partitions: int, limits: Limits = DEFAULTS) -> None:
        self._door = Door(limits)
        self._check = PartitionCheck(checking, partition, partitions)

    def admit(self, records: Sequence[Record], now_ms: int) -> list[UsageEvent | Rejection]:
        """Decode records, in order and one for one; what is not fit comes back as its rejection."""
        verdicts = self._door.admit(records, now_ms)
        if self._check.at_rest:
            return verdicts
        for at in self._check.misplaced([record.key() or b"" for record in records]):
            if not isinstance(verdicts[at], Rejection):
                verdicts[at] = self._check.rejection(records[at].key() or b"")
        return verdicts

    def strangers(self, newcomers: Sequence[bytes]) -> dict[bytes, Rejection]:
        """Return which keys of contacts without a row belong to another partition, each with its rejection."""
        found = (newcomers[at] for at in self._check.misplaced_newcomers(newcomers))
        return {key: self._check.rejection(key) for key in found}

    def astray(self, keys: Sequence[bytes]) -> dict[bytes, Rejection]:
        """Return which of these keys belong to another partition, each with its rejection; no sample is taken."""
        found = (keys[at] for at in self._check.misplaced_all(keys))
        return {key: self._check.rejection(key) for key in found}
