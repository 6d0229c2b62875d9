"""The tasks of one worker: who is opened, restored, sent back to its position, closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import structlog
from confluent_kafka import Consumer, KafkaException, TopicPartition

from schemas.errors import CairnError
from stream.engine.cluster import Cluster, Layout
from stream.engine.figures import Figures
from stream.engine.processor import Processor
from stream.engine.restore import Restorer
from stream.engine.states import TaskState
from stream.engine.stores.shelf import Shelf
from stream.engine.stores.store import StoreError
from stream.engine.task import Task
from stream.engine.verdicts import error_of
from stream.runtime.exits import Exit

log = structlog.get_logger(__name__)

CACHED_ROW_BYTES = 512
"""A decoded row with its key, counters and ring of 16 ids takes about this much (measured: 430 to 560 B)."""


class Tasks:
    """The tasks by partition. `cache_bytes` is shared evenly among their caches of decoded rows."""

    def __init__(
        self,
        processor: Processor,
        layout: Layout,
        *,
        consumer: Consumer,
        cluster: Cluster,
        shelf: Shelf,
        restorer: Restorer,
        figures: Figures,
        wall_ms: Callable[[], int],
        cache_bytes: int,
    ) -> None:
        self._processor = processor
        self._topology = processor.topology
        self._layout = layout
        self._consumer = consumer
        self._cluster = cluster
        self._shelf = shelf
        self._restorer = restorer
        self._figures = figures
        self._wall_ms = wall_ms
        self._cache_rows = cache_bytes // CACHED_ROW_BYTES
        letters = [each.dead_letters for each in self._topology.inputs if each.dead_letters]
        # What the broker would refuse must be known before: a refused record aborts its transaction, for ever (rule 4).
        self._dead_letter_bytes = cluster.record_bytes(letters)
        self._to_seek: set[int] = set()
        self.owned: dict[int, Task] = {}
        """All tasks by partition, restoring ones included."""

    def running(self) -> Iterator[Task]:
        """The tasks that take records."""
        return (task for task in self.owned.values() if task.state is TaskState.RUNNING)

    def receive(self, arrivals: Sequence[int]) -> None:
        """Open the stores of new partitions and begin their restores.

        Raises:
            CairnError: DRIFT, when the partition count has changed since the worker started (rule 10).
        """
        layout = self._cluster.layout(self._topology)
        if layout.partitions != self._layout.partitions:
            raise CairnError(
                f"the topics had {self._layout.partitions} partitions, now they have {layout.partitions}",
                where=self._topology.lead.topic,
                fix="a contact would be counted in two partitions: restore the old count, or start a new app id",
                exit=Exit.DRIFT,
            )
        for partition in arrivals:
            task = Task(
                self._processor,
                partition,
                self._shelf.open(partition),
                partitions=layout.partitions,
                dead_letter_bytes=self._dead_letter_bytes,
            )
            self.owned[partition] = task
            self._restorer.add(task)
        self._share_cache()

    def depart(self, partitions: Sequence[int]) -> None:
        """Give partitions up; what they have committed is flushed."""
        for partition in partitions:
            self._restorer.drop(partition)
            self._to_seek.discard(partition)
            self._figures.forget(partition)
            task = self.owned.pop(partition, None)
            if task is not None:
                task.close()
        self._share_cache()

    def restore(self, budget: float) -> list[Task]:
        """Give the restores about `budget` seconds; return the tasks that run from now on.

        Raises:
            CairnError: STORE or DRIFT.
        """
        try:
            restored = self._restorer.turn(budget)
        except StoreError as error:
            raise CairnError(
                "the local store cannot be written while restoring",
                where=str(error),
                fix="free disk space or mend the rights; the changelog still holds every row",
                exit=Exit.STORE,
            ) from error
        started = []
        for done in restored:
            try:
                done.task.start(done.positions, self._wall_ms())
            except StoreError as error:
                self.rebuild(done.task, error)
                continue
            self._figures.restored(done)
            log.info("restored", partition=done.task.partition, rows=done.rows, seconds=round(done.seconds, 3))
            self._seek(done.task)
            started.append(done.task)
        return started

    def rewind(self) -> None:
        """Back to the committed positions: forget the touched rows and read the same records again."""
        now_ms = self._wall_ms()
        for task in self.running():
            task.aborted(now_ms)
            self._seek(task)

    def restart(self, tasks: Sequence[Task]) -> None:
        """Nothing in these tasks' memory may be trusted: pause them, restore from the changelog."""
        for task in tasks:
            self._consumer.pause([TopicPartition(self._topology.lead.topic, task.partition)])
            self._to_seek.discard(task.partition)
            task.restore_again()
            self._restorer.add(task)

    def rebuild(self, task: Task, damage: StoreError) -> None:
        """A local store is damaged: make it anew, and let the changelog fill it."""
        log.error("store_damaged", partition=task.partition, error=str(damage))
        self._figures.rebuilt("damaged")
        self.restart([task])
        task.store.wipe()

    def seek_waiting(self) -> None:
        """Try again what the client was not ready for."""
        for partition in [*self._to_seek]:
            self._seek(self.owned[partition])

    def keep_house(self, *, flush: bool) -> None:
        """Look how far the running tasks are behind; `flush` also writes the stores to disk and sweeps unowned ones."""
        self._look_behind()
        if flush:
            for task in self.owned.values():
                task.store.flush()
            self._shelf.sweep(self.owned.keys(), self._wall_ms())

    def _look_behind(self) -> None:
        """Tell the lag of each running task.

        The client's position counts too: it passes transaction markers and aborted records, which no task ever gets
        and which would be lag for ever. After a seek it is unknown until the first record, so it never runs ahead.
        """
        lead = self._topology.lead.topic
        tasks = {task.partition: task for task in self.running()}
        read = {partition: task.lead_offset for partition, task in tasks.items()}
        settled = [TopicPartition(lead, partition) for partition in tasks if partition not in self._to_seek]
        for place in self._consumer.position(settled):
            read[place.partition] = max(read[place.partition], place.offset)
        now_ms = self._wall_ms()
        for partition, offset in read.items():
            _, high = self._consumer.get_watermark_offsets(TopicPartition(lead, partition), cached=True)
            self._figures.lag(partition, lead, max(high - offset, 0), now_ms)

    def _seek(self, task: Task) -> None:
        """Read on from the task's position; what the client has not started yet is tried again next turn."""
        at = TopicPartition(self._topology.lead.topic, task.partition, task.lead_offset)
        try:
            self._consumer.seek(at)
            self._consumer.resume([at])
            self._to_seek.discard(task.partition)
        except KafkaException as raised:
            self._consumer.pause([at])
            self._to_seek.add(task.partition)
            log.debug("seek_waits", partition=task.partition, error=str(error_of(raised)))

    def _share_cache(self) -> None:
        for task in self.owned.values():
            task.cache(self._cache_rows // len(self.owned))
