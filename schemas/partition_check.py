"""Does a record lie where murmur2 puts its key?

A record in another partition begins a second row of its contact there: two counters, and two crossings. It always makes
a *new* row, so it is enough to look at every key that has no row yet, once in a contact's life.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemas.partitioner import partitions_of
from schemas.rejection import Rejection


class PartitionCheck:
    """Knows which keys belong to one partition of `count`."""

    __slots__ = ("_count", "_partition")

    def __init__(self, partition: int, count: int) -> None:
        self._partition = partition
        self._count = count

    def misplaced(self, keys: Iterable[bytes]) -> dict[bytes, Rejection]:
        """Return which of these keys belong to another partition, each with why its records are refused."""
        looked_at = list(keys)
        rights = partitions_of(looked_at, self._count)
        if rights.count(self._partition) == len(rights):
            return {}
        pairs = zip(looked_at, rights, strict=True)
        return {key: self._rejection(right) for key, right in pairs if right != self._partition}

    def _rejection(self, right: int) -> Rejection:
        return Rejection(
            "wrong_partition",
            f"the record lies in partition {self._partition}, murmur2 chooses {right} of {self._count} for its key",
        )
