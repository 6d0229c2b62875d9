"""One life of the worker that the driver plays: from a restore to a clean end or a kill."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import cast

from confluent_kafka import Consumer, Producer

from schemas.record import Record
from stream.engine.broadcast import Broadcast
from stream.engine.cluster import Ends
from stream.engine.commit import Committer
from stream.engine.figures import Figures
from stream.engine.poison import PoisonedError
from stream.engine.probe import Probe
from stream.engine.processor import Processor
from stream.engine.restore import Restored, Restorer
from stream.engine.states import TaskState
from stream.engine.task import Task
from stream.engine.timekeeper import Timekeeper
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
        layout = cluster.layout(self._topology)
        self._topic_ids = layout.topic_ids
        self._restorer = Restorer(
            self._topology,
            layout,
            reader=cast(Consumer, LogReader(around.log)),
            group=cast(Consumer, LogGroup(around.coordinator)),
            cluster=cluster,
            accept_gap=False,
            wall_ms=around.clock,
            on_rebuild=around.figures.rebuilt,
        )
        self._timekeeper = Timekeeper(
            self._topology, positions=self._positions, ask_ends=cluster.ask_ends, wall_ms=around.clock, ask_every=0.0
        )
        self._broadcast: Broadcast | None = None
        if self._topology.broadcast is not None:
            hearing = cast(Consumer, LogReader(around.log))
            self._broadcast = Broadcast(processor, self._topology.broadcast.topic, hearing, cluster)
            self._broadcast.open()
        inputs = self._topology.partitioned
        self._reads = dict.fromkeys(TaskState, ()) | {
            TaskState.CATCHING_UP: tuple(each.topic for each in inputs if each.table),
            TaskState.RUNNING: tuple(each.topic for each in inputs),
        }
        self._tables = self._reads[TaskState.CATCHING_UP]
        self._wanted: list[int] = []
        self._committer = Committer(self._topology, self._transactions, self._restorer.label, around.figures, probe)

    def take(self, partitions: Iterable[int]) -> None:
        """Own these partitions, once the processor is ready: open their stores, bring them up to their changelogs."""
        self._wanted += partitions
        self._hear()

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
        while moved or any(self._has_work(task) for task in self.tasks.values()):
            heard = self._hear()
            read = self._turn(ALL if batch is None else batch)
            self._timekeeper.turn(self._in(TaskState.RUNNING))
            for task in self._in(TaskState.RUNNING):
                if task.more_work:
                    task.work(self._around.clock())
            moved = heard or read or any(task.dirty for task in self.tasks.values())
            turns += 1
            if not read or turns % commit_every == 0:
                self._commit()
            self._catch_up()

    def _has_work(self, task: Task) -> bool:
        return task.dirty or bool(self._pending(task, 1)) or (task.state is TaskState.RUNNING and task.more_work)

    def _in(self, *states: TaskState) -> list[Task]:
        return [task for task in self.tasks.values() if task.state in states]

    def _hear(self) -> bool:
        """Look at the broadcast: what is new lets tasks begin again, and the first ones at all. True if it moved."""
        heard = False
        if self._broadcast is not None:
            while self._broadcast.read(0.0):
                heard = True
        if heard:
            for task in self._in(TaskState.WAITING, TaskState.CATCHING_UP, TaskState.RUNNING):
                task.begin(self._around.clock())
        if self._wanted and self._processor.ready:
            self._open()
            heard = True
        return heard

    def _open(self) -> None:
        wanted, self._wanted = self._wanted, []
        for partition in wanted:
            task = self.tasks[partition] = Task(
                self._processor,
                partition,
                self._around.shelf.open(partition),
                partitions=self._around.log.partitions,
                topic_ids=self._topic_ids,
                cache_rows=self._around.cache_rows,
                dead_letter_bytes=self._around.dead_letter_bytes,
            )
            self._restorer.add(task)
        self._restore()

    def _catch_up(self) -> None:
        for task in self._in(TaskState.CATCHING_UP):
            read = self._positions([task])
            if not task.dirty and all(read[topic, task.partition] >= end for topic, end in task.tables.items()):
                task.caught_up()

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
        """Unread records, each input in offset order; where inputs compete, the lower timestamp first."""
        inputs = [
            self._around.log.partition(topic, task.partition).read(task.offsets[topic], limit)
            for topic in self._reads[task.state]
        ]
        return list(heapq.merge(*inputs, key=_timestamp_ms))[:limit]

    def _positions(self, tasks: Sequence[Task]) -> Ends:
        """How far inputs are read: behind the last record there may be markers, which are read with it."""
        found: Ends = {}
        for task in tasks:
            for topic, offset in task.offsets.items():
                partition = self._around.log.partition(topic, task.partition)
                found[topic, task.partition] = offset if partition.read(offset, 1) else max(offset, partition.stable)
        return found

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
        for task in self._in(TaskState.WAITING, TaskState.CATCHING_UP, TaskState.RUNNING):
            task.aborted(self._around.clock())

    def _restore(self) -> None:
        while self._restorer.under_way:
            for done in self._restorer.turn(SLICE):
                self.restored[done.task.partition] = done
                ends = {topic: done.inputs[topic].high for topic in self._tables}
                done.task.start(done.positions, self._around.clock(), ends)

    def _producer(self) -> Producer:
        return cast(Producer, LogProducer(self._around.coordinator, self._around.clock))


def _timestamp_ms(record: Record) -> int:
    return record.timestamp()[1]


def _topic(record: Record) -> str:
    return record.topic()
