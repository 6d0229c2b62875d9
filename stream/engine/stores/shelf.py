"""The stores of one slot: one directory for each partition, opened on one shared memory, swept when long unowned."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

import structlog

from schemas.errors import CairnError
from stream.engine.stores.rocks import RocksStore, StoreMemory, wipe_store
from stream.engine.stores.store import StoreError
from stream.runtime.exits import Exit

log = structlog.get_logger(__name__)

UNOWNED_MS = 3_600_000
"""A copy not owned for an hour is removed: by then its partition lives elsewhere, and disk is not free."""


class Shelf:
    """Opens, reopens and sweeps the stores under `path`."""

    def __init__(self, path: Path, memory: StoreMemory) -> None:
        self._path = path
        self._memory = memory
        self._unowned_since: dict[str, int] = {}

    def open(self, partition: int) -> RocksStore:
        """Open a partition's store; a damaged one is deleted and opened empty, and the changelog fills it.

        Raises:
            CairnError: STORE, when even an empty one cannot be opened.
        """
        path = self._path / str(partition)
        try:
            return RocksStore(path, self._memory)
        except StoreError as damage:
            log.warning("store_rebuilt", partition=partition, reason=str(damage))
        try:
            wipe_store(path)
            return RocksStore(path, self._memory)
        except (StoreError, OSError) as error:
            raise CairnError(
                "a store can neither be opened nor made anew",
                where=f"{path}: {error}",
                fix="look for a full disk, missing rights or a failing device; the changelog still holds every row",
                exit=Exit.STORE,
            ) from error

    def sweep(self, owned: Collection[int], now_ms: int) -> None:
        """Remove the copies of partitions that were not owned for an hour."""
        names = {str(partition) for partition in owned}
        there = {each.name for each in self._path.iterdir() if each.is_dir()}
        self._unowned_since = {name: self._unowned_since.get(name, now_ms) for name in there - names}
        for name, since in self._unowned_since.items():
            if now_ms - since >= UNOWNED_MS:
                log.info("unowned_store_removed", partition=name)
                shutil.rmtree(self._path / name, ignore_errors=True)
