"""The driver: one worker on one machine, its clock and its deaths in the hands of a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from schemas.dead_letter import Headers
from schemas.errors import CairnError
from schemas.partitioner import partition_of
from schemas.record import Record
from stream.engine.figures import Figures
from stream.engine.probe import Step
from stream.engine.processor import Processor
from stream.engine.restore import Restored
from stream.engine.rows import Rows
from stream.engine.states import TaskState
from stream.engine.stores.store import Store, StoreError
from stream.engine.task import Task
from stream.engine.transaction import Outcome
from stream.runtime.child import Child
from stream.runtime.metrics import Metric
from stream.runtime.snapshot import Labels
from stream.testing.coordinator import Coordinator, Failure
from stream.testing.log import Log
from stream.testing.process import Process, Surroundings
from stream.testing.shelf import MemoryShelf, RocksShelf

START_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z, where the clock stands unless told otherwise."""


class _KilledError(BaseException):
    """Unwinds to the driver as a kill would: no `except Exception` on the way may see it."""


class Driver:
    """Runs `processor` over topics in memory: all of its topics exist, each with `partitions` partitions.

    `store` is a directory for RocksDB stores; None keeps rows in memory. `start_ms` is the clock in epoch ms,
    `cache_rows` how many decoded rows a task keeps between transactions, `dead_letter_bytes` the largest record that a
    dead-letter topic takes.

        with Driver(MyProcessor()) as driver:
            driver.pipe("orders", "c-1", b"3")
            driver.run()
            assert driver.row("totals", "c-1") == 3
            assert [each.value() for each in driver.read("totals-reached")] == [b"1", b"2", b"3"]

    The first verb that needs a process starts it, and so does the next one after a crash.

    Raises:
        CairnError: the topology is not sound.
    """

    def __init__(
        self,
        processor: Processor,
        *,
        partitions: int = 1,
        store: Path | None = None,
        start_ms: int = START_MS,
        cache_rows: int = 1000,
        dead_letter_bytes: int = 1 << 20,
    ) -> None:
        processor.topology.validate()
        self.now_ms = start_ms
        broadcast = processor.topology.broadcast
        self.log = Log(processor.topology.topics, partitions, broadcast.topic if broadcast else None)
        self._figures = Figures(Child(None))
        self._processor = processor
        self._coordinator = Coordinator(self.log)
        self._around = Surroundings(
            log=self.log,
            coordinator=self._coordinator,
            shelf=MemoryShelf() if store is None else RocksShelf(store),
            clock=lambda: self.now_ms,
            figures=self._figures,
            cache_rows=cache_rows,
            dead_letter_bytes=dead_letter_bytes,
        )
        self._process: Process | None = None
        self._dies_at: Step | None = None
        self._taken: dict[str, int] = {}

    # -- records and rows -------------------------------------------------------------------------------------------

    def pipe(
        self,
        topic: str,
        key: bytes | str | None,
        value: bytes | str | None,
        *,
        headers: Headers = (),
        timestamp_ms: int | None = None,
        partition: int | None = None,
    ) -> Record:
        """Append a record to an input; nothing is processed before `run`.

        Without `partition` the key chooses it by murmur2, as a Java producer does; a record without key goes to 0. A
        broadcast topic has one partition.
        Without `timestamp_ms` it is stamped by the driver's clock.

        Raises:
            LookupError: the topology has no such topic, or the topic no such partition.
        """
        data = _encoded(key)
        if partition is None:
            partition = 0 if data is None else partition_of(data, self.log.count(topic))
        stamp = self.now_ms if timestamp_ms is None else timestamp_ms
        record = self.log.partition(topic, partition).append(data, _encoded(value), headers, stamp)
        self.log.show([record])
        return record

    def read(self, topic: str) -> list[Record]:
        """Take the committed records of a topic that were not taken before, in commit order.

        Raises:
            LookupError: the topology has no such topic.
        """
        visible = self.log.visible(topic)
        first, self._taken[topic] = self._taken.get(topic, 0), len(visible)
        return list(visible[first:])

    def outputs(self, topic: str) -> list[Record]:
        """Return all committed records of a topic since the beginning, taken or not.

        Raises:
            LookupError: the topology has no such topic.
        """
        return list(self.log.visible(topic))

    def row(self, table: str, key: bytes | str, *, partition: int | None = None) -> Any:
        """Return a committed row, decoded anew; None if there is none. Without `partition` the key chooses it.

        Raises:
            LookupError: the topology has no such table.
        """
        data = _encoded(key)
        task = self._task(partition_of(data, self.log.partitions) if partition is None else partition)
        rows = _rows(task, table)
        (stored,) = task.store.get_many([rows.table.prefix_bytes + data])
        return None if stored is None else rows.decode(stored)

    def rows(self, table: str) -> dict[bytes, Any]:
        """Return all committed rows of a table by key; a key that several partitions hold comes from the highest.

        Raises:
            LookupError: the topology has no such table.
        """
        found: dict[bytes, Any] = {}
        for task in self.process.tasks.values():
            rows = _rows(task, table)
            prefix = rows.table.prefix
            stored = task.store.scan(bytes((prefix,)), bytes((prefix + 1,)))
            found |= {key[1:]: rows.decode(value) for key, value in stored}
        return found

    def store(self, partition: int) -> Store:
        """Return the store of a partition, to look at it or to damage it."""
        return self._task(partition).store

    def positions(self, partition: int) -> Mapping[str, int]:
        """Return the next offset of each input that the rows reflect."""
        return dict(self._task(partition).offsets)

    def timers(self, timer: str) -> list[tuple[int, bytes]]:
        """Return all committed timers of a name, as due time (epoch ms) and key, the earliest first.

        Raises:
            LookupError: the topology has no such timer.
        """
        found = []
        for task in self.process.tasks.values():
            if timer not in task.view.timers:
                raise LookupError(f"the topology has no timer {timer!r}; it has {', '.join(task.view.timers)}")
            found += [(each.due_ms, each.key) for each in task.view.timers[timer].pending()]
        return sorted(found)

    def clock_ms(self, partition: int) -> int:
        """Return the clock of a partition's task (epoch ms); 0 while nothing has been proven."""
        return self._task(partition).clock.now_ms

    def state(self, partition: int) -> TaskState:
        """Return what a partition's task is doing."""
        return self._task(partition).state

    def restored(self, partition: int) -> Restored:
        """Return how the partition came back last: the rows read from its changelog, its positions."""
        return self.process.restored[partition]

    def count(self, metric: Metric, labels: Labels = ()) -> float:
        """Return what committed transactions have added to a counter."""
        return self._figures.meter.counters.get(metric.name, {}).get(labels, 0)

    # -- time and work ----------------------------------------------------------------------------------------------

    def advance(self, ms: int) -> None:
        """Let time pass; the clock moves only here. Timers that come due fire in the next `run`."""
        self.now_ms += ms

    def run(self, *, batch: int | None = None, commit_every: int = 1) -> None:
        """Process all that is pending, fire all that is due behind it, do all background work, and commit.

        A processor that is not ready for lack of a broadcast waits: then there are no tasks, and nothing happens.
        `batch` is the most records of one turn (all by default), `commit_every` the turns of one transaction: a worker
        that is behind takes several.

        Raises:
            CairnError: what stops a worker, with its exit code.
            StoreError: a store cannot be read or written.
        """
        process = self.process
        with self._ending():
            process.work(batch, commit_every)

    def flush(self) -> None:
        """Write the stores to disk, as a worker does every minute: what a later crash does not take back."""
        for task in self.process.tasks.values():
            task.store.flush()

    # -- trouble ----------------------------------------------------------------------------------------------------

    def crash(self, step: Step | None = None, *, batch: int | None = None, commit_every: int = 1) -> bool:
        """Work as `run` does, and die as by kill -9 when a transaction has just passed `step`; True if one did.

        Without a step, or when nothing is left to commit, the process dies between transactions. Lost is what was not
        committed, and of the stores what was not flushed.
        """
        process, self._dies_at = self.process, step
        try:
            if step is not None:
                with self._ending():
                    process.work(batch, commit_every)
        except _KilledError:
            return True
        else:
            return False
        finally:
            self._dies_at = self._process = None
            self._around.shelf.crash()

    def fail_commit(self, outcome: Outcome, *, took_effect: bool = False) -> None:
        """Let the next commit end as ABORTED (the group moved on) or UNKNOWN (no answer; it may have taken effect)."""
        self._coordinator.next_failure = Failure(outcome, took_effect)

    def restart(self, processor: Processor | None = None) -> None:
        """Stop cleanly, if alive, and start again: the same processor, or another release of it on the same topics.

        Raises:
            CairnError: the state cannot be used, or the topology is not sound.
        """
        self.close()
        self._processor = processor or self._processor
        self._start()

    def move(self, partition: int) -> None:
        """Hand a partition over to a machine that has no copy of it: all of its rows come from the changelog."""
        process = self.process
        with self._ending():
            process.give(partition)
            self._around.shelf.remove(partition)
            process.take([partition])

    def close(self) -> None:
        """Stop cleanly: stores are flushed and closed."""
        process, self._process = self._process, None
        if process is not None:
            process.close()

    def __enter__(self) -> Driver:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def process(self) -> Process:
        """The living process, started if need be.

        Raises:
            CairnError: the state cannot be used.
        """
        return self._process or self._start()

    def _task(self, partition: int) -> Task:
        tasks = self.process.tasks
        if partition not in tasks and 0 <= partition < self.log.partitions:
            raise LookupError(f"partition {partition} has no task yet: the processor waits for its broadcast")
        return tasks[partition]

    def _start(self) -> Process:
        process = self._process = Process(self._processor, self._around, self._probe)
        with self._ending():
            process.take(range(self.log.partitions))
        return process

    def _probe(self, step: Step) -> None:
        if step is self._dies_at:
            raise _KilledError

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """What stops a worker ends its process; the stores are closed, as on any exit but a kill."""
        try:
            yield
        except (CairnError, StoreError):
            self.close()
            raise


def _encoded(text: Any) -> Any:
    return text.encode() if isinstance(text, str) else text


def _rows(task: Task, table: str) -> Rows[Any]:
    if table not in task.view.tables:
        raise LookupError(f"the topology has no table {table!r}; it has {', '.join(task.view.tables)}")
    return task.view.rows(table)
