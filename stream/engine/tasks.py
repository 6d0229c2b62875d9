"""The tasks of one worker: who is opened, restored, sent back to its position, closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import structlog

from schemas.errors import CairnError
from stream.engine.cluster import Cluster
from stream.engine.damage import store_of
from stream.engine.figures import Figures
from stream.engine.identity import Layout
from stream.engine.intake import Intake
from stream.engine.processor import Processor
from stream.engine.progress import Reading
from stream.engine.restore import Restorer
from stream.engine.states import TaskState
from stream.engine.stores.shelf import Shelf
from stream.engine.stores.store import StoreError
from stream.engine.task import Task
from stream.runtime.exits import Exit

log = structlog.get_logger(__name__)

_BEGUN = (TaskState.WAITING, TaskState.CATCHING_UP, TaskState.RUNNING)


class Tasks:
    """The tasks by partition. `cache_bytes` is shared evenly among their caches of rows."""

    def __init__(
        self,
        processor: Processor,
        layout: Layout,
        *,
        intake: Intake,
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
        self._intake = intake
        self._shelf = shelf
        self._restorer = restorer
        self._figures = figures
        self._wall_ms = wall_ms
        self._cache_bytes = cache_bytes
        self._cluster = cluster
        self._letters = [each.dead_letters for each in self._topology.inputs if each.dead_letters]
        # What the broker would refuse must be known before: a refused record aborts its transaction, for ever (rule 4).
        self._dead_letter_bytes = cluster.record_bytes(self._letters)
        self._tables = [each.topic for each in self._topology.inputs if each.table]
        self.owned: dict[int, Task] = {}
        """All tasks by partition, restoring ones included."""

    def running(self) -> Iterator[Task]:
        """The tasks that read every input."""
        return (task for task in self.owned.values() if task.state is TaskState.RUNNING)

    def begun(self) -> Iterator[Task]:
        """The tasks that have a state to go on from, and may have something to commit."""
        return (task for task in self.owned.values() if task.state in _BEGUN)

    def receive(self, arrivals: Sequence[int]) -> None:
        """Open the stores of new partitions and begin their restores, which look whether the topics are the same."""
        for partition in arrivals:
            task = Task(
                self._processor,
                partition,
                self._shelf.open(partition),
                partitions=self._layout.partitions,
                topic_ids=self._layout.topic_ids,
                dead_letter_bytes=self._dead_letter_bytes,
            )
            self.owned[partition] = task
            self._restorer.add(task)
        self._share_cache()

    def depart(self, partitions: Sequence[int]) -> None:
        """Give partitions up; what they have committed is flushed."""
        for partition in partitions:
            self._restorer.drop(partition)
            self._intake.forget(partition)
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
                ends = {topic: done.inputs[topic].high for topic in self._tables}
                done.task.start(done.positions, self._wall_ms(), ends)
            except StoreError as error:
                self.rebuild(done.task, error)
                continue
            self._figures.restored(done)
            log.info("restored", partition=done.task.partition, rows=done.rows, seconds=round(done.seconds, 3))
            self._intake.open(done.task)
            started.append(done.task)
        return started

    def rewind(self) -> None:
        """Back to the committed positions: forget the touched rows and read the same records again."""
        now_ms = self._wall_ms()
        for task in [*self.begun()]:
            task.aborted(now_ms)
            self._intake.open(task)

    def restart(self, tasks: Sequence[Task]) -> None:
        """Nothing in these tasks' memory may be trusted: pause them, restore from the changelog."""
        for task in tasks:
            self._intake.shut(task.partition)
            task.restore_again()
            self._restorer.add(task)

    def rebuild(self, task: Task, damage: StoreError) -> None:
        """A local store is damaged: make it anew, and let the changelog fill it."""
        log.error("store_damaged", partition=task.partition, error=str(damage))
        self._figures.rebuilt("damaged")
        self.restart([task])
        task.store.wipe()

    def begin_again(self) -> None:
        """The broadcast moved: every task begins anew, between batches; one that waited for it may go on.

        Raises:
            DamagedError: a store cannot be read.
        """
        now_ms = self._wall_ms()
        for task in [*self.begun()]:
            before = task.state
            with store_of(task):
                task.begin(now_ms)
            if task.state is not before:
                self._intake.open(task)

    def catch_up(self) -> None:
        """Let those run whose tables are loaded; committed too, so that no abort can bring them behind again."""
        for task in self.owned.values():
            if task.state is not TaskState.CATCHING_UP or task.dirty:
                continue
            read = self._intake.positions([task], task.tables)
            if all(read[topic, task.partition] >= end for topic, end in task.tables.items()):
                log.info("tables_loaded", partition=task.partition, topics=[*task.tables])
                task.caught_up()
                self._intake.open(task)

    @property
    def more_work(self) -> bool:
        """Whether a running task has background work left."""
        return any(task.more_work for task in self.running())

    def work(self) -> None:
        """Give each running task that has background work a slice of it.

        Raises:
            CairnError: POISONED.
            DamagedError: a store cannot be read.
        """
        for task in self.running():
            if task.more_work:
                with store_of(task):
                    task.work(self._wall_ms())

    def keep_house(self) -> None:
        """Write the stores to disk and sweep unowned ones."""
        for task in self.owned.values():
            task.store.flush()
        self._shelf.sweep(self.owned.keys(), self._wall_ms())

    def tell_lag(self, readings: Mapping[int, Mapping[str, Reading]]) -> None:
        """Tell how far tasks are behind, by what `readings` gave of them."""
        now_ms = self._wall_ms()
        for partition, inputs in readings.items():
            for topic, at in inputs.items():
                self._figures.lag(partition, topic, max(at.end - at.position, 0), now_ms)

    def readings(self, state: TaskState) -> dict[int, dict[str, Reading]]:
        """How far the tasks in a state are, by partition and by what they read in it."""
        found: dict[int, dict[str, Reading]] = {}
        tasks = [task for task in self.owned.values() if task.state is state]
        for (topic, partition), position in self._intake.positions(tasks, self._intake.reads(state)).items():
            found.setdefault(partition, {})[topic] = Reading(position, self._intake.known_end(topic, partition))
        return found

    def look_at_bounds(self) -> None:
        """Ask again how large a dead letter may be.

        Raises:
            KafkaException: the cluster did not answer.
        """
        self._dead_letter_bytes = self._cluster.record_bytes(self._letters)
        for task in self.owned.values():
            task.view.dead_letter_bytes = self._dead_letter_bytes

    def _share_cache(self) -> None:
        for task in self.owned.values():
            task.cache(self._cache_bytes // len(self.owned))
