"""The rows that one transaction touches: decoded, owned by the transaction, written only when it is committed.

A row in the overlay was taken out of the cache or decoded from the store, so the fold may change it in place: nobody
else holds it. After the commit the overlay becomes the cache; after an abort the touched rows are simply forgotten and
the next reader decodes the stored bytes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice, takewhile
from typing import Generic, NamedTuple

from schemas.errors import CairnError
from stream.engine.cache_bound import CacheBound
from stream.engine.stores.store import Store
from stream.engine.topology import Formats, Row, Table
from stream.runtime.exits import Exit

ROW_BYTES = 64 << 10
"""A row bigger than this is a fault of the processor (rule 4): one row must never fill a transaction."""


class _Before(NamedTuple):
    """A row before the record on trial: encoded if the transaction held it, and whether it had been deleted."""

    data: bytes | None
    deleted: bool


class Rows(Generic[Row]):
    """One table of one task. Keys are the table's own, without the prefix byte."""

    cached_row_bytes = 512
    """A decoded row of the tracker with its key, counters and ring of 16 ids takes about this much (430 to 560 B)."""

    def __init__(self, table: Table[Row], formats: Formats, store: Store, *, cache_rows: int = 0) -> None:
        self.table = table
        self.overlay: dict[bytes, Row] = {}
        self._cache: dict[bytes, Row] = {}
        self._take: Callable[[bytes, None], Row | None] = self._cache.pop
        self._bound = CacheBound(cache_rows if table.cached else 0)
        self._store = store
        self._formats = formats
        self._stamp = bytes((formats.writes,))
        self.newcomers: list[bytes] = []
        """Keys of the last `claim` that had no row before it, or none any more in this transaction."""
        self._deleted: set[bytes] = set()
        self._undo: dict[bytes, _Before] | None = None
        self._weighed: dict[bytes, bytes] = {}
        """Held rows as they were encoded at the end of a trial, until somebody claims them again."""

    @property
    def changed(self) -> bool:
        """Whether the open transaction writes anything here."""
        return bool(self.overlay or self._deleted)

    @property
    def touched(self) -> int:
        """Rows that the open transaction holds."""
        return len(self.overlay)

    @property
    def cached(self) -> int:
        """Decoded rows kept between transactions."""
        return len(self._cache)

    def limit(self, rows: int) -> None:
        """Bound the cache; it shrinks at the next commit."""
        if self._bound.limit != (limit := rows if self.table.cached else 0):
            self._bound = CacheBound(limit)

    def claim(self, keys: Iterable[bytes], empty: Callable[[], Row]) -> dict[bytes, Row]:
        """Bring the rows of `keys` into the transaction and return all rows that it holds.

        Every claimed row is written at the commit, so claim what will change. A key without a row gets `empty()`.
        One multi-get reads all that is neither held nor cached.

        Raises:
            CairnError: DRIFT, when a row was written in a format that this release does not know.
        """
        overlay = self.overlay
        self.newcomers = []
        wanted = set(keys)
        if self._undo is not None:
            self._remember(wanted)
        if self._weighed:
            self._reweigh(wanted)
        take = self._take
        held = len(overlay)
        missing = []
        for key in wanted:
            if key in overlay:
                continue
            row = take(key, None)
            if row is None:
                missing.append(key)
            else:
                overlay[key] = row
        self._bound.sought(len(overlay) - held, len(missing))
        if not missing:
            return overlay
        if self._deleted:
            missing = self._anew(missing, empty)
        prefix = self.table.prefix_bytes
        for key, data in zip(missing, self._store.get_many([prefix + key for key in missing]), strict=True):
            if data is None:
                overlay[key] = empty()
                self.newcomers.append(key)
            else:
                overlay[key] = self.decode(data)
        return overlay

    def release(self, keys: Iterable[bytes]) -> None:
        """Give claimed rows back that turned out to need no change; they must be as they were claimed."""
        for key in keys:
            self.overlay.pop(key, None)

    def get(self, key: bytes) -> Row | None:
        """Read one row without claiming it; the caller must not change it."""
        if key in self.overlay:
            return self.overlay[key]
        held = self._in_memory(key)
        if held is not None:
            return held
        if key in self._deleted:
            return None
        (data,) = self._store.get_many([self.table.prefix_bytes + key])
        return None if data is None else self.decode(data)

    def under(self, start: bytes) -> list[bytes]:
        """Return the keys of all rows, committed or of this transaction, that begin with `start`."""
        prefix = self.table.prefix
        walk = self._store.scan(bytes((prefix,)) + start, bytes((prefix + 1,)))
        stored = [each[1:] for each, _ in takewhile(lambda found: found[0].startswith(start, 1), walk)]
        held = [key for key in self.overlay if key.startswith(start)]
        return [key for key in dict.fromkeys((*stored, *held)) if key in self.overlay or key not in self._deleted]

    def peek(self, keys: Iterable[bytes]) -> dict[bytes, Row]:
        """Read rows without claiming them, with one multi-get; the caller must not change them. Missing: left out."""
        found: dict[bytes, Row] = {}
        missing = []
        for key in dict.fromkeys(keys):
            if key in self.overlay:
                found[key] = self.overlay[key]
            elif (held := self._in_memory(key)) is not None:
                found[key] = held
            elif key not in self._deleted:
                missing.append(key)
        if missing:
            prefix = self.table.prefix_bytes
            for key, data in zip(missing, self._store.get_many([prefix + key for key in missing]), strict=True):
                if data is not None:
                    found[key] = self.decode(data)
        return found

    def after(self, key: bytes, limit: int) -> list[bytes]:
        """Return up to `limit` keys of committed rows behind `key`, in byte order; b"" comes before all."""
        prefix = self.table.prefix
        walk = self._store.scan(bytes((prefix,)) + key + b"\0", bytes((prefix + 1,)))
        return [each[1:] for each, _ in islice(walk, limit)]

    def put(self, key: bytes, row: Row) -> None:
        """Write a whole row, whatever was there."""
        if self._undo is not None:
            self._remember({key})
        self._weighed.pop(key, None)
        self._forget_key(key)
        self._deleted.discard(key)
        self.overlay[key] = row

    def delete(self, key: bytes) -> None:
        """Remove a row; its tombstone goes to the changelog."""
        if self._undo is not None:
            self._remember({key})
        self._weighed.pop(key, None)
        self.overlay.pop(key, None)
        self._forget_key(key)
        self._deleted.add(key)

    def decode(self, data: bytes) -> Row:
        """Decode a stored value: format byte, then what the codec wrote."""
        self._check_format(data)
        return self.table.codec.decode(data[1:])

    def changes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """What the transaction changed, as store keys and values; None is a tombstone."""
        prefix, stamp, encode = self.table.prefix_bytes, self._stamp, self.table.codec.encode
        weighed = self._weighed
        for key, row in self.overlay.items():
            data = weighed.get(key)
            yield prefix + key, stamp + (encode(row) if data is None else data)
        for key in self._deleted - self.overlay.keys():
            yield prefix + key, None

    def committed(self) -> None:
        """The transaction is committed and stored: its rows may be cached now, and not before."""
        bound = self._bound
        bound.judge()
        if bound.rows:
            cache = self._cache
            # What would be dropped at once does not come in: with a bound for a sample that is nearly all.
            beyond = max(len(self.overlay) - bound.rows, 0)
            cache.update(islice(self.overlay.items(), beyond, None))
            surplus = len(cache) - bound.rows
            if surplus > 0:  # oldest commit first: a touched row leaves the cache and comes back at the end
                for key in [*islice(cache, surplus)]:
                    del cache[key]
            if beyond or surplus > 0:
                bound.dropped()
        self.overlay = {}
        self._weighed = {}
        self._deleted.clear()

    def aborted(self) -> None:
        """The transaction is gone: forget every row that it touched."""
        self.overlay = {}
        self._weighed = {}
        self._deleted.clear()
        self._undo = None

    def forget(self) -> None:
        """Drop the cache too: the store below is about to change."""
        self.aborted()
        self._cache.clear()

    def begin_trial(self) -> None:
        """From here on remember how rows were, so that one record can be taken back."""
        self._undo = {}

    def keep_trial(self) -> None:
        """The record was folded: its changes stay."""
        self._undo = None

    def undo_trial(self) -> None:
        """Take the record back: rows as they were before it, the transaction otherwise untouched."""
        before, self._undo = self._undo or {}, None
        self._reweigh(before)
        for key, (data, deleted) in before.items():
            self.overlay.pop(key, None)
            self._forget_key(key)
            self._deleted.discard(key)
            if deleted:
                self._deleted.add(key)
            if data is not None:
                self.overlay[key] = self.decode(data)

    def largest_in_trial(self) -> int:
        """Bytes of the largest row that the record left behind, encoded."""
        overlay, encode, weighed = self.overlay, self.table.codec.encode, self._weighed
        largest = 0
        for key in self._undo or ():
            if key in overlay:
                data = weighed[key] = encode(overlay[key])
                largest = max(largest, len(data))
        return largest

    def _check_format(self, data: bytes) -> None:
        if data[0] not in self._formats.reads:
            raise newer_format(self.table.name, data[0], self._formats)

    def _in_memory(self, key: bytes) -> Row | None:
        """A row that is kept between transactions, to be read only."""
        return self._cache.get(key)

    def _forget_key(self, key: bytes) -> None:
        """Drop a row that is kept between transactions."""
        self._cache.pop(key, None)

    def _encoded(self, key: bytes) -> bytes | None:
        """What the open transaction would write of a row, with its format byte; None if it does not hold it."""
        row = self.overlay.get(key)
        if row is None:
            return None
        return self._stamp + (self._weighed.get(key) or self.table.codec.encode(row))

    def _reweigh(self, keys: Iterable[bytes]) -> None:
        """Rows that may change from now on are encoded anew."""
        for key in keys:
            self._weighed.pop(key, None)

    def _remember(self, keys: Iterable[bytes]) -> None:
        undo = self._undo
        assert undo is not None  # noqa: S101 - both callers have asked
        for key in keys:
            if key not in undo:
                undo[key] = _Before(self._encoded(key), key in self._deleted)

    def _anew(self, keys: list[bytes], empty: Callable[[], Row]) -> list[bytes]:
        """Rows deleted in this very transaction start anew; the store still holds the old ones.

        They stay marked as deleted below the new row, so that a `release` leaves the tombstone to be written.
        """
        for key in self._deleted.intersection(keys):
            self.overlay[key] = empty()
            self.newcomers.append(key)
        return [key for key in keys if key not in self.overlay]


def check_size(largest: int) -> None:
    """Raise ValueError where a row of so many bytes is over the bound."""
    if largest >= ROW_BYTES:
        raise ValueError(f"a row of {largest} bytes is over the bound of {ROW_BYTES}")


def newer_format(where: str, found: int, formats: Formats) -> CairnError:
    """The refusal of a row that a newer release wrote."""
    return CairnError(
        f"the state holds rows of format {found}; this release reads {_listed(formats)}",
        where=where,
        fix="run the release that wrote them, or a later one: an older release would read them wrongly",
        exit=Exit.DRIFT,
    )


def _listed(formats: Formats) -> str:
    return ", ".join(str(each) for each in sorted(formats.reads))
