"""Where the driver's stores stand: they outlive the process that the driver plays, and lose what a kill would lose."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from stream.engine.stores.memory import MemoryStore
from stream.engine.stores.rocks import RocksStore, StoreMemory
from stream.engine.stores.shelf import Shelf as Directory
from stream.engine.stores.store import Store

BUFFERS = 64 << 20
CACHE = 4 << 20
"""Bytes; buffers are taken as they fill, and ones that a test does not fill are never flushed behind its back."""
_NOISE = shutil.ignore_patterns("LOG*", "LOCK")


class Shelf(Protocol):
    """Stores of one slot."""

    def open(self, partition: int) -> Store:
        """Open a partition's store as the last process left it."""
        ...

    def crash(self) -> None:
        """The process is gone, and with it everything that was not flushed."""
        ...

    def remove(self, partition: int) -> None:
        """Delete a closed store: the partition goes to another machine."""
        ...


class MemoryShelf:
    """Stores in memory."""

    def __init__(self) -> None:
        self._stores: dict[int, MemoryStore] = {}

    def open(self, partition: int) -> Store:
        """Open a partition's store as the last process left it."""
        return self._stores.setdefault(partition, MemoryStore())

    def crash(self) -> None:
        """Lose what was not flushed."""
        for store in self._stores.values():
            store.crash()

    def remove(self, partition: int) -> None:
        """Delete a store."""
        self._stores.pop(partition, None)


class RocksShelf:
    """Stores in RocksDB under `path`."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._directory = Directory(path, StoreMemory(BUFFERS, CACHE))
        self._open: dict[int, RocksStore] = {}

    def open(self, partition: int) -> Store:
        """Open a partition's store as the last process left it."""
        store = self._open[partition] = self._directory.open(partition)
        return store

    def crash(self) -> None:
        """Go back to what is on the disk now: closing an open store would flush it, so its files are copied first."""
        for partition, store in self._open.items():
            kept = self._path / f"{partition}.kept"
            freeze(store.path, kept)
            store.close()
            shutil.rmtree(store.path)
            kept.rename(store.path)
        self._open = {}

    def remove(self, partition: int) -> None:
        """Delete a store."""
        self._open.pop(partition, None)
        shutil.rmtree(self._path / str(partition), ignore_errors=True)


def freeze(store: Path, to: Path) -> None:
    """Copy the files of an open RocksDB store to `to` as a kill would leave them: all of one moment, nothing flushed.

    RocksDB flushes and compacts in threads of its own; a copy during which anything changed is made again.
    """
    while True:
        before = _listing(store)
        try:
            shutil.copytree(store, to, ignore=_NOISE)
            if _listing(store) == before:
                return
        except OSError:
            if _listing(store) == before:
                raise  # no file went away meanwhile: it is a full disk, or a missing right
        shutil.rmtree(to, ignore_errors=True)


def _listing(store: Path) -> set[tuple[str, int]]:
    names = {each.name for each in store.iterdir()}
    names -= _NOISE(str(store), [*names])
    listing = set()
    for name in names:
        with suppress(FileNotFoundError):  # RocksDB deletes files as it likes
            listing.add((name, (store / name).stat().st_size))
    return listing
