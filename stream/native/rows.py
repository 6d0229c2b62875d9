"""The table of contacts' rows with its memory in the extension.

Between two calls of the engine every row in memory is the extension's. Python code that claims a row is lent it,
decoded, in the overlay, and may change it in place as ever; before the extension folds again, and before the
transaction is written, what was lent goes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from schemas.bounds import FOREVER_MS
from schemas.limits import DEFAULTS, Limits
from schemas.name_id import NAMESPACE
from schemas.record import Record
from stream.core.progress import Progress
from stream.engine.rows import Rows
from stream.engine.stores.store import Store
from stream.engine.topology import Formats, Table
from stream.native.days import Days

if TYPE_CHECKING:
    from stream.native import cairn_native


class Terms(NamedTuple):
    """What a batch is judged by; read by the extension, by name. Moments are epoch ms."""

    topic_json: bytes
    now_ms: int
    earliest_ms: int
    latest_ms: int
    record_bytes: int
    read: Callable[[Sequence[bytes]], Sequence[bytes | None]]
    seen: Callable[[Sequence[bytes]], Sequence[bool]]
    erased: Callable[[Sequence[bytes]], set[bytes]]


class NativeRows(Rows[Progress]):
    """`Rows` of the table of progress; `module` is the extension."""

    cached_row_bytes = 256
    """The same row as it is stored, in one piece with its key, and its place in the index (measured: 252 B)."""

    def __init__(
        self,
        module: Any,
        table: Table[Progress],
        formats: Formats,
        store: Store,
        partition: int = 0,
        partitions: int = 1,
        *,
        cache_rows: int = 0,
    ) -> None:
        super().__init__(table, formats, store, cache_rows=cache_rows)
        self._native: cairn_native.Table = module.Table(
            Days(),
            partition,
            partitions,
            NAMESPACE.bytes,
            table.prefix,
            DEFAULTS.earliest_sign_up_ms,
            FOREVER_MS,
        )
        self._take = self._lend

    @property
    def in_trial(self) -> bool:
        """Whether one record is on trial: then it must be possible to take it back, which the extension cannot."""
        return self._undo is not None

    @property
    def changed(self) -> bool:
        """Whether the open transaction writes anything here."""
        return super().changed or self._native.writing > 0

    @property
    def touched(self) -> int:
        """Rows that the open transaction holds."""
        return len(self.overlay) + self._native.writing

    @property
    def cached(self) -> int:
        """Rows kept between transactions."""
        return self._native.cached

    def fold(
        self,
        rules: cairn_native.Rules,
        records: Sequence[Record],
        now_ms: int,
        limits: Limits,
        seen: Callable[[Sequence[bytes]], Sequence[bool]],
        erased: Callable[[Sequence[bytes]], set[bytes]],
    ) -> cairn_native.Folded:
        """Count the plain events of a batch in the extension, in offset order.

        `seen` says of keys of values of `distinct` metrics whether they were seen, `erased` names which of some keys
        are those of erased contacts.

        Raises:
            RuntimeError: a trial is open.
            Exception: a fault of the extension; the transaction must be aborted, and Python can count the batch.
        """
        if self.in_trial:
            raise RuntimeError("a record on trial is folded in Python")
        self._take_back()
        bounds = limits.happened(now_ms)
        topic = records[0].topic()
        terms = Terms(
            msgspec.json.encode(topic),
            now_ms,
            bounds.earliest_ms,
            bounds.latest_ms,
            limits.record_bytes,
            self._read,
            seen,
            erased,
        )
        kind = type(records[0])  # all are of one client: its unbound methods are called in C
        headers = tuple(map(kind.headers, records)) if any(map(kind.headers, records)) else None
        return self._native.fold(
            rules, records, tuple(map(kind.key, records)), tuple(map(kind.value, records)), headers, terms
        )

    def under(self, start: bytes) -> list[bytes]:
        """Return the keys of all rows, committed or of this transaction, that begin with `start`."""
        self._take_back()
        held = [key for key in self._native.written() if key.startswith(start)]
        return list(dict.fromkeys((*super().under(start), *held)))

    def changes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """What the transaction changed, as store keys and values; None is a tombstone."""
        self._take_back()
        yield from self._native.changes(self._formats.writes)
        for key in self._deleted:
            if not self._native.writes(key):
                yield self.table.prefix_bytes + key, None

    def committed(self) -> None:
        """The transaction is committed and stored: its rows may be cached now, and not before."""
        self._take_back()
        super().committed()
        self._native.committed(self._bound.limit)

    def aborted(self) -> None:
        """The transaction is gone: forget every row that it touched."""
        super().aborted()
        self._native.aborted()

    def forget(self) -> None:
        """Forget all rows: the store below is about to change."""
        super().forget()
        self._native.forget()

    def _lend(self, key: bytes, _: None) -> Progress | None:
        data = self._native.take(key)
        return None if data is None else self.table.codec.decode(data)

    def _take_back(self) -> None:
        encode = self.table.codec.encode
        for key, row in self.overlay.items():
            self._native.put(key, encode(row))
        self.overlay = {}

    def _in_memory(self, key: bytes) -> Progress | None:
        data = self._native.peek(key)
        return None if data is None else self.table.codec.decode(data)

    def _forget_key(self, key: bytes) -> None:
        self._native.remove(key)

    def _encoded(self, key: bytes) -> bytes | None:
        if self._native.writes(key):
            return self._stamp + (self._native.peek(key) or b"")
        return super()._encoded(key)

    def _read(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Stored rows with their format byte; a row deleted in this transaction is none."""
        prefix = self.table.prefix_bytes
        found = [*self._store.get_many([prefix + key for key in keys])]
        for at, data in enumerate(found):
            if data is None:
                continue
            self._check_format(data)
            if keys[at] in self._deleted:
                found[at] = None
        return found
