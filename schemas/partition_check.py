"""Does a record lie where murmur2 puts its key? Sampled, because the answer costs 2-3 us a key."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from schemas.partitioner import partition_of
from schemas.rejection import Rejection

FIRST_RECORDS = 1_000
"""Records of an assignment that a sampling check looks at, one by one."""

ONE_IN = 200
"""Of the contacts seen for the first time after those, every so manieth is looked at."""


class PartitionChecking(StrEnum):
    """How much is checked: every record, a sample, nothing."""

    ALL = "all"
    SAMPLE = "sample"
    OFF = "off"


class PartitionCheck:
    """Watches one assignment of one partition.

    A topic is filled by few producers, and one with another partitioner misplaces most keys, so a sample finds it soon.
    One hit makes the check look at every record from then on.
    """

    def __init__(self, checking: PartitionChecking, partition: int, count: int) -> None:
        self._partition = partition
        self._count = count
        self._off = checking is PartitionChecking.OFF
        self._every = checking is PartitionChecking.ALL
        self._first = FIRST_RECORDS
        self._newcomers = 0

    @property
    def at_rest(self) -> bool:
        """Whether `misplaced` would look at nothing: the first records are through, and no hit was made."""
        return self._off or not (self._every or self._first)

    def misplaced(self, keys: Sequence[bytes]) -> list[int]:
        """Return the positions of misplaced records, given the keys of the next records of the partition."""
        if self._off:
            return []
        looked_at = len(keys) if self._every else min(self._first, len(keys))
        self._first -= min(self._first, len(keys))
        return self._search(keys, 0, looked_at)

    def misplaced_newcomers(self, keys: Sequence[bytes]) -> list[int]:
        """Return the positions of misplaced contacts, given the keys of contacts without a row.

        Their records have been through `misplaced`; what that looked at in full is not looked at again.
        """
        if self._off or self._every or self._first:
            return []
        until_next = -self._newcomers % ONE_IN
        self._newcomers += len(keys)
        for at in range(until_next, len(keys), ONE_IN):
            found = self._search(keys, at, at + 1)
            if found:
                return found
        return []

    def misplaced_all(self, keys: Sequence[bytes]) -> list[int]:
        """Return the positions of misplaced records, all of them looked at: for few that matter much."""
        return [] if self._off else self._search(keys, 0, len(keys))

    def rejection(self, key: bytes) -> Rejection:
        """Return why a misplaced record is refused."""
        right = partition_of(key, self._count)
        return Rejection(
            "wrong_partition",
            f"the record lies in partition {self._partition}, murmur2 chooses {right} of {self._count} for its key",
        )

    def _search(self, keys: Sequence[bytes], start: int, stop: int) -> list[int]:
        """Look from `start` to `stop`; from a hit on to the end."""
        for at in range(start, stop):
            if partition_of(keys[at], self._count) != self._partition:
                self._every = True
                rest = range(at + 1, len(keys))
                return [at, *(each for each in rest if partition_of(keys[each], self._count) != self._partition)]
        return []
