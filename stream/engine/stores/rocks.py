"""A store in RocksDB, and the memory that all stores of a worker share. The only importer of rocksdict.

One column family, tables as key prefixes, WAL off: the changelog is the log. With several families and no WAL a kill
left 92,180 rows, no timers and no offset (engine rule 13). Twelve stores with their own buffers took 595 MB, with
shared ones 155 MB (rule 14).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import cast

from rocksdict import (
    BlockBasedOptions,
    Cache,
    DBCompressionType,
    Options,
    Rdict,
    ReadOptions,
    WriteBatch,
    WriteBufferManager,
    WriteOptions,
)

from stream.engine.stores.store import Change, StoreError

MIB = 1 << 20

_ANY_CHARGE = 0
"""No size of an entry is foretold: the cache's table grows with what comes."""


@dataclass(frozen=True, slots=True)
class StoreMemory:
    """Buffers and cache of all stores of one worker."""

    write_buffers: int = 128 * MIB
    block_cache: int = 64 * MIB
    _manager: WriteBufferManager = field(init=False)
    _cache: Cache = field(init=False)

    def __post_init__(self) -> None:
        # No stall at the limit: the fullest store is flushed, and the loop never waits for another partition's disk.
        object.__setattr__(self, "_manager", WriteBufferManager(self.write_buffers, False))
        # Not the LRU cache: it cuts 64 MB into 64 parts of 1 MB, where index and filter of a table of 64 MB (0.5 to 1
        # MB each) drive each other out, so that a read of a row begins with reading them again. This one has parts of
        # 32 MB: a read took 0.69 of the time, an event of 5 M contacts in 4 stores 14.6 us of CPU instead of 19.
        object.__setattr__(self, "_cache", Cache.new_hyper_clock_cache(self.block_cache, _ANY_CHARGE))

    def options(self) -> Options:
        """Options for a write-heavy, point-lookup load on shared memory."""
        table = BlockBasedOptions()
        table.set_block_cache(self._cache)
        table.set_bloom_filter(10, False)
        table.set_cache_index_and_filter_blocks(True)
        options = Options(raw_mode=True)
        options.create_if_missing(True)
        options.set_block_based_table_factory(table)
        options.set_write_buffer_manager(self._manager)
        # Most reads of a new contact find nothing: a filter over the memtable answers without walking its skip list.
        options.set_memtable_prefix_bloom_ratio(0.1)
        options.set_memtable_whole_key_filtering(True)
        options.set_write_buffer_size(32 * MIB)
        options.set_compression_type(DBCompressionType.lz4())
        options.set_max_background_jobs(2)
        options.set_keep_log_file_num(2)
        options.set_max_open_files(256)
        options.set_stats_dump_period_sec(0)
        return options


class RocksStore:
    """Rows of one partition in `path`.

    Raises:
        StoreError: from every method, when RocksDB refuses.
    """

    def __init__(self, path: Path, memory: StoreMemory) -> None:
        self.path = path
        self._memory = memory
        self._writes = WriteOptions()
        self._writes.disable_wal = True  # type: ignore[method-assign, assignment]  # a property; the stub is wrong
        self._db: Rdict | None = None
        with _store_errors(path):
            self._open()

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Read the values of `keys`, in their order: one multi-get."""
        with _store_errors(self.path):
            return cast("list[bytes | None]", self._rocks.get(list(keys)))

    def write(self, changes: Iterable[Change]) -> None:
        """Apply all changes in one WriteBatch."""
        batch = WriteBatch(raw_mode=True)
        put, delete = batch.put, batch.delete
        # In key order a batch goes into the skip list faster: 0.4 s against 1.3 s a million rows, at 0.5 s for sorting.
        for key, value in sorted(changes, key=itemgetter(0)):
            if value is None:
                delete(key)
            else:
                put(key, value)
        with _store_errors(self.path):
            self._rocks.write(batch, self._writes)

    def scan(self, start: bytes, stop: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Walk a range in byte order, as it was when the walk began."""
        bounds = ReadOptions()
        bounds.set_iterate_lower_bound(start)
        bounds.set_iterate_upper_bound(stop)
        with _store_errors(self.path):
            walk = self._rocks.iter(bounds)
            walk.seek(start)
            while walk.valid():
                yield walk.key(), walk.value()
                walk.next()

    def flush(self) -> None:
        """Write the buffers to disk."""
        with _store_errors(self.path):
            self._rocks.flush()

    def close(self) -> None:
        """Flush and release the directory."""
        db, self._db = self._db, None
        if db is not None:
            with _store_errors(self.path):
                try:
                    db.flush()
                finally:
                    db.close()

    def wipe(self) -> None:
        """Delete the directory and open an empty store in its place."""
        db, self._db = self._db, None
        with _store_errors(self.path):
            if db is not None:
                db.close()
            wipe_store(self.path)
            self._open()

    def size_bytes(self) -> int:
        """Bytes of the files on disk."""
        with _store_errors(self.path):
            return sum(_size(each) for each in self.path.iterdir())

    @property
    def _rocks(self) -> Rdict:
        if self._db is None:
            raise StoreError(f"{self.path}: the store is closed")
        return self._db

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._db = Rdict(str(self.path), self._memory.options())


def wipe_store(path: Path) -> None:
    """Delete a store's directory; what is not there is fine.

    Raises:
        OSError: the directory cannot be removed.
    """
    if path.exists():
        shutil.rmtree(path)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        # RocksDB deletes what it has compacted from its own threads, while we walk the directory.
        return 0


@contextmanager
def _store_errors(path: Path) -> Iterator[None]:
    """RocksDB speaks in bare `Exception`s with a text; give them one name and a place."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        raise StoreError(f"{path}: {error}") from error
