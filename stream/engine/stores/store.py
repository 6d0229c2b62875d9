"""The contract of a partition's store. Both bodies pass tests/contracts/test_store.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

Change = tuple[bytes, bytes | None]
"""A store key with its new value; None deletes it."""


class StoreError(Exception):
    """The store cannot be read or written: full disk, damaged file, missing right. The changelog holds all rows."""


class Store(Protocol):
    """Ordered keys and values of one partition. A crash may lose what is not flushed, but never half of a write."""

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Read the values of `keys`, in their order; None where there is none."""
        ...

    def write(self, changes: Iterable[Change]) -> None:
        """Apply all changes, or none of them, whatever dies."""
        ...

    def scan(self, start: bytes, stop: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Walk keys from `start` up to and without `stop`, in byte order."""
        ...

    def flush(self) -> None:
        """Make what was written survive a crash. A prefix of the writes survives without it, in their order."""
        ...

    def close(self) -> None:
        """Flush and release. Closing twice is fine."""
        ...

    def wipe(self) -> None:
        """Delete every row and start empty; the store stays open."""
        ...

    def size_bytes(self) -> int:
        """Bytes on disk, or held in memory."""
        ...
