"""A store in memory: for the test driver, and the plain reading of what a store is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from stream.engine.stores.store import Change


class MemoryStore:
    """Rows in a dict. `crash()` loses what was not flushed, as a killed process would."""

    def __init__(self) -> None:
        self._rows: dict[bytes, bytes] = {}
        self._flushed: dict[bytes, bytes] = {}

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Read the values of `keys`, in their order."""
        return [self._rows.get(key) for key in keys]

    def write(self, changes: Iterable[Change]) -> None:
        """Apply all changes."""
        rows = dict(self._rows)
        for key, value in changes:
            if value is None:
                rows.pop(key, None)
            else:
                rows[key] = value
        self._rows = rows

    def scan(self, start: bytes, stop: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Walk a range in byte order, as it was when the walk began."""
        rows = self._rows  # a write replaces the dict, so the walk keeps its own
        keys = sorted(rows)
        for key in keys[bisect_left(keys, start) : bisect_left(keys, stop)]:
            yield key, rows[key]

    def flush(self) -> None:
        """Make the rows survive `crash()`."""
        self._flushed = dict(self._rows)

    def close(self) -> None:
        """Flush."""
        self.flush()

    def wipe(self) -> None:
        """Delete every row."""
        self._rows = {}
        self._flushed = {}

    def size_bytes(self) -> int:
        """Bytes of keys and values."""
        return sum(len(key) + len(value) for key, value in self._rows.items())

    def crash(self) -> None:
        """Lose what was not flushed."""
        self._rows = dict(self._flushed)
