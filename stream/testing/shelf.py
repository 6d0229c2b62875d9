"""Where the driver's stores stand: they outlive the process that the driver plays, and lose what a kill would lose."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol

from stream.engine.stores.memory import MemoryStore
from stream.engine.stores.rocks import RocksStore, StoreMemory
from stream.engine.stores.shelf import Shelf as Directory
from stream.engine.stores.store import Store

SMALL = 4 << 20
"""Bytes of buffers and cache: a test is no production load."""


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
        self._directory = Directory(path, StoreMemory(SMALL, SMALL))
        self._open: dict[int, RocksStore] = {}

    def open(self, partition: int) -> Store:
        """Open a partition's store as the last process left it."""
        store = self._open[partition] = self._directory.open(partition)
        return store

    def crash(self) -> None:
        """Go back to what is on the disk now: closing an open store would flush it, so its files are copied first."""
        for partition, store in self._open.items():
            kept = self._path / f"{partition}.kept"
            shutil.copytree(store.path, kept)
            store.close()
            shutil.rmtree(store.path)
            kept.rename(store.path)
        self._open = {}

    def remove(self, partition: int) -> None:
        """Delete a store."""
        self._open.pop(partition, None)
        shutil.rmtree(self._path / str(partition), ignore_errors=True)
