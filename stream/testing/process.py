"""One life of the worker that the driver plays: from a restore to a clean end or a kill."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import cast

from confluent_kafka import Consumer, Producer

from schemas.record import Record
from stream.engine.commit import Committer
from stream.engine.figures import Figures
from stream.engine.probe import Probe
from stream.engine.processor import Processor
from stream.engine.restore import Restored, Restorer
from stream.engine.task import PoisonedError, Task
from stream.engine.transaction import Transactions
from stream.testing.clients import LogCluster, LogGroup, LogProducer, LogReader
from stream.testing.coordinator import Coordinator
from stream.testing.log import Log
from stream.testing.shelf import Shelf

SLICE = 1.0
"""Seconds for one slice of a restore, or one call of a transaction; memory needs a fraction of it."""
REFOLDS = 100
"""Refolds without a commit: two are usual for a culprit, and a test should fail rather than hang."""
ALL = 1 << 30
"""More records than a test has."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What outlives a process. `clock` gives epoch ms, `figures` hears what is committed."""

    log: Log
    coordinator: Coordinator
    shelf: Shelf
    clock: Callable[[], int]
    figures: Figures
    cache_rows: int
    dead_letter_bytes: int


class Process:
    """Runs all partitions on one thread, without waiting. `probe` hears every step of a transaction."""

    def __init__(self, processor: Processor, around: Surroundings, probe: Probe) -> None:
        processor.topology.validate()
        self.tasks: dict[int, Task] = {}
        self.restored: dict[int, Restored] = {}
        self._refolds = 0
        self._processor = processor
        self._topology = processor.topology
        self._around = around
        self._transactions = Transactions(self._producer, SLICE)
        self._transactions.renew()
        cluster = LogCluster(around.log)
        self._restorer = Restorer(
            self._topology,
            cluster.layout(self._topology),
            reader=cast(Consumer, LogReader(around.log)),
            group=cast(Consumer, LogGroup(around.coordinator)),
            cluster=cluster,
            accept_gap=False,
            wall_ms=around.clock,
            on_rebuild=around.figures.rebuilt,
        )
        self._committer = Committer(self._topology, self._transactions, self._restorer.label, around.figures, probe)

    def take(self, partitions: Iterable[int]) -> None:
        """Own these partitions: open their stores and bring them up to their changelogs."""
        for partition in partitions:
            task = self.tasks[partition] = Task(
                self._processor,
                partition,
                self._around.shelf.open(partition),
                partitions=self._around.log.partitions,
                cache_rows=self._around.cache_rows,
                dead_letter_bytes=self._around.dead_letter_bytes,
            )
            self._restorer.add(task)
        self._restore()

    def give(self, partition: int) -> None:
        """Give a partition up cleanly."""
        self.tasks.pop(partition).close()

    def close(self) -> None:
        """End cleanly."""
        for partition in list(self.tasks):
            self.give(partition)

    def work(self, batch: int | None, commit_every: int) -> None:
        """Process all that is pending, `batch` records a turn, and commit after every `commit_every` turns."""
        turns = 0
        moved = True
        # A commit may have been refused, or a task restored, and then the same work is there again.
        while moved or any(task.dirty or self._pending(task, 1) for task in self.tasks.values()):
            moved = self._turn(ALL if batch is None else batch)
            turns += 1
            if not moved or turns % commit_every == 0:
                self._commit()

    def _turn(self, left: int) -> bool:
        """Give tasks what is pending, up to `left` records in all; False when there was nothing."""
        moved = False
        for task in self.tasks.values():
            records = self._pending(task, left)
            left -= len(records)
            moved |= bool(records)
            for topic, run in groupby(records, _topic):
                try:
                    task.process(topic, list(run), self._around.clock())
                except PoisonedError:
                    self._rewind()
                    return True
        return moved

    def _pending(self, task: Task, limit: int) -> list[Record]:
        """Unread records of all inputs, each in offset order; where inputs compete, the lower timestamp first."""
        inputs = [
            self._around.log.partition(topic, task.partition).read(offset, limit)
            for topic, offset in task.offsets.items()
        ]
        return list(heapq.merge(*inputs, key=_timestamp_ms))[:limit]

    def _commit(self) -> None:
        tasks = [task for task in self.tasks.values() if task.dirty]
        if not tasks:
            return
        after = self._committer.commit(tasks, group_metadata=None)
        if after.rewind:
            self._rewind()
        else:
            self._refolds = 0
        if after.renew:
            self._transactions.renew()
        for task in after.restore:
            task.restore_again()
            self._restorer.add(task)
        self._restore()

    def _rewind(self) -> None:
        self._refolds += 1
        if self._refolds > REFOLDS:
            raise RuntimeError(f"the same records were folded {REFOLDS} times and never committed")
        for task in self.tasks.values():
            task.aborted(self._around.clock())

    def _restore(self) -> None:
        while self._restorer.under_way:
            for done in self._restorer.turn(SLICE):
                self.restored[done.task.partition] = done
                done.task.start(done.positions, self._around.clock())

    def _producer(self) -> Producer:
        return cast(Producer, LogProducer(self._around.coordinator, self._around.clock))


def _timestamp_ms(record: Record) -> int:
    return record.timestamp()[1]


def _topic(record: Record) -> str:
    return record.topic()
