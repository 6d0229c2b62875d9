"""The loop of one worker: one consumer, one transactional producer, one task for each assigned partition.

    turn:  consume -> tasks fold -> commit if due -> restores get a slice -> housekeeping
    doubt: ABORTED -> forget and rewind;  UNKNOWN or not stored -> new producer, restore again;  FENCED -> exit

What a commit does is in `commit.py`, what a rebalance does in `assignment.py`.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message

from schemas.errors import CairnError
from stream.engine.assignment import Assignment
from stream.engine.cluster import Cluster
from stream.engine.commit import Committer
from stream.engine.figures import Figures
from stream.engine.pace import Pace
from stream.engine.probe import Probe, no_probe
from stream.engine.processor import Processor
from stream.engine.restore import Restorer
from stream.engine.slot import Slot
from stream.engine.states import TaskState
from stream.engine.stores.rocks import StoreMemory
from stream.engine.stores.shelf import Shelf
from stream.engine.stores.store import StoreError
from stream.engine.task import PoisonedError, Task
from stream.engine.tasks import Tasks
from stream.engine.transaction import Transactions
from stream.engine.verdicts import Verdict, error_of, fenced, refused, verdict
from stream.runtime.exits import Exit
from stream.runtime.snapshot import Phase

log = structlog.get_logger(__name__)

HOUSEKEEPING = 0.5
"""Seconds between looks at lag, flushes and the shelf."""


@dataclass(frozen=True, slots=True)
class Clients:
    """The Kafka clients of one worker, made by whoever knows the settings."""

    consumer: Consumer
    reader: Consumer
    cluster: Cluster
    transactions: Transactions


@dataclass(frozen=True, slots=True)
class Limits:
    """Memory and time bounds of one worker."""

    pace: Pace = field(default_factory=Pace)
    row_cache_bytes: int = 64 << 20
    flush_interval: float = 60.0
    accept_gap: bool = False


class Worker:
    """Runs a processor in a slot until it is told to stop.

    `wall_ms` is the wall clock (epoch ms) handed to folds; `stopping` is asked every turn.
    """

    def __init__(
        self,
        processor: Processor,
        slot: Slot,
        clients: Clients,
        memory: StoreMemory,
        *,
        limits: Limits = Limits(),
        figures: Figures,
        wall_ms: Callable[[], int],
        probe: Probe = no_probe,
    ) -> None:
        processor.topology.validate()
        self._topology = processor.topology
        self._slot = slot
        self._consumer = clients.consumer
        self._transactions = clients.transactions
        self._pace = limits.pace
        self._flush_interval = limits.flush_interval
        self._figures = figures
        self._wall_ms = wall_ms
        layout = clients.cluster.layout(self._topology)
        self._restorer = Restorer(
            self._topology,
            layout,
            reader=clients.reader,
            group=clients.consumer,
            cluster=clients.cluster,
            accept_gap=limits.accept_gap,
            wall_ms=wall_ms,
            on_rebuild=figures.rebuilt,
        )
        self._tasks = Tasks(
            processor,
            layout,
            consumer=clients.consumer,
            cluster=clients.cluster,
            shelf=Shelf(slot.path, memory),
            restorer=self._restorer,
            figures=figures,
            wall_ms=wall_ms,
            cache_bytes=limits.row_cache_bytes,
        )
        self._committer = Committer(self._topology, clients.transactions, self._restorer.label, figures, probe)
        self._assignment = Assignment(figures, commit=self._commit, rewind=self._rewind, depart=self._tasks.depart)
        self._committed_at: dict[int, float] = {}
        self._open_since: float | None = None
        self._flushed_at = self._kept_house_at = time.monotonic()

    def run(self, stopping: Callable[[], bool]) -> None:
        """Work until `stopping()`; then commit, flush, leave the group.

        Raises:
            CairnError: with the exit code that says whether a restart may help.
        """
        log.info("worker_starts", slot=self._slot.transactional_id)
        self._figures.enter(Phase.STARTING)
        self._renew()
        self._assignment.subscribe(self._consumer, self._topology.lead.topic)
        self._figures.enter(Phase.JOINING)
        # The loop makes no cycles of objects (rows and events are gc-free): collections would walk them for nothing.
        gc.collect()
        gc.freeze()
        gc.disable()
        behind = False
        try:
            while not stopping():
                behind = self._turn(behind)
            self._figures.enter(Phase.DRAINING)
            log.info("worker_drains", slot=self._slot.transactional_id)
            self._commit()
        finally:
            gc.enable()
            self._close()

    def _turn(self, behind: bool) -> bool:
        """One round of the loop; returns whether more records wait."""
        batch = self._pace.batch
        # `Any`: the client's types allow None where a consumed record has none.
        messages: list[Any] = self._consumer.consume(batch, self._pace.wait(behind))
        arrivals = self._assignment.arrivals()
        behind = len(messages) >= batch
        if messages:
            self._dispatch(messages)
        if arrivals:
            self._tasks.receive(arrivals)
        self._tasks.seek_waiting()
        now = time.monotonic()
        if self._open_since is not None and self._pace.due(
            behind=behind,
            open_for=now - self._open_since,
            rows=sum(task.touched_rows for task in self._tasks.running()),
            emitted_bytes=sum(task.view.emitted_bytes for task in self._tasks.running()),
        ):
            self._commit()
        if self._restorer.under_way:
            self._restore()
        if now - self._kept_house_at >= HOUSEKEEPING:
            self._keep_house(now)
        self._figures.turned(self._tasks.owned, self._restorer.under_way, moved=bool(messages))
        return behind

    # -- records --------------------------------------------------------------------------------------------------

    def _dispatch(self, messages: Sequence[Any]) -> None:
        """Give each task its records; a broken fold aborts the whole transaction, then goes record by record."""
        topic = self._topology.lead.topic
        now_ms = self._wall_ms()
        if any(map(Message.error, messages)):
            for message in messages:
                if message.error() is not None:
                    self._heed(message.error(), message.partition())
            messages = [message for message in messages if message.error() is None]
        by_partition: dict[Any, list[Any]] = {}
        for partition, run in groupby(messages, Message.partition):
            by_partition.setdefault(partition, []).extend(run)
        for partition, records in by_partition.items():
            task = self._tasks.owned.get(partition)
            if task is None or task.state is not TaskState.RUNNING:
                continue  # revoked or rewound: its records come again from its position
            try:
                task.process(topic, records, now_ms)
            except PoisonedError as poison:
                log.warning("batch_refolds_singly", partition=partition, error=str(poison))
                self._abort("poison")
                return
            except StoreError as error:
                # First the damaged one: an abort lets running tasks begin anew, and it would read its store for that.
                self._tasks.rebuild(task, error)
                self._abort("store")
                return
            if task.dirty and self._open_since is None:
                self._open_since = time.monotonic()

    def _heed(self, error: KafkaError, partition: int) -> None:
        """Answer an event of the consumer that is no record."""
        match verdict(error):
            case Verdict.FENCED:
                raise fenced(error)
            case Verdict.REFUSED:
                raise refused(error)
            case Verdict.LOST_POSITION:
                task = self._tasks.owned.get(partition)
                if task is not None and task.state is TaskState.RUNNING:
                    # The restore looks at what the topic still holds and stops with the exact gap, or accepts it.
                    log.warning("position_lost", partition=partition, error=error.str())
                    self._tasks.restart([task])
            case _:
                self._figures.event(error)

    # -- transactions ---------------------------------------------------------------------------------------------

    def _commit(self) -> None:
        """Commit what the tasks have folded, and do what its outcome asks for."""
        self._open_since = None
        tasks = [task for task in self._tasks.running() if self._has_to_commit(task)]
        if not tasks:
            return
        aftermath = self._committer.commit(tasks, self._consumer.consumer_group_metadata())
        if aftermath.renew:
            self._renew()
        if aftermath.rewind:
            self._rewind()
        else:
            self._committed_at |= dict.fromkeys((task.partition for task in tasks), time.monotonic())
        self._tasks.restart(aftermath.restore)
        self._figures.enter(Phase.RUNNING)

    def _has_to_commit(self, task: Task) -> bool:
        return task.dirty or time.monotonic() - self._committed_at.get(task.partition, 0.0) > self._pace.keep_alive

    def _abort(self, reason: str) -> None:
        """Give up what is folded; no Kafka transaction is open while tasks fold."""
        self._figures.aborted(reason)
        self._rewind()

    def _rewind(self) -> None:
        self._open_since = None
        self._tasks.rewind()

    def _renew(self) -> None:
        try:
            self._transactions.renew()
        except KafkaException as raised:
            raise CairnError(
                f"the transaction coordinator does not answer: {error_of(raised).name()}",
                where=error_of(raised).str(),
                fix="see that the brokers are up and that __transaction_state has enough replicas",
                exit=Exit.CANNOT_CONNECT,
            ) from raised

    # -- housekeeping ---------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        self._figures.enter(Phase.RESTORING)
        now = time.monotonic()
        for task in self._tasks.restore(self._pace.restore_slice):
            self._committed_at[task.partition] = now
            if task.dirty and self._open_since is None:
                self._open_since = now
        if not self._restorer.under_way:
            self._figures.enter(Phase.RUNNING)

    def _keep_house(self, now: float) -> None:
        self._kept_house_at = now
        if self._open_since is None and any(self._has_to_commit(task) for task in self._tasks.running()):
            self._commit()
        flush = now - self._flushed_at >= self._flush_interval
        self._tasks.keep_house(flush=flush)
        if flush:
            self._flushed_at = now
            gc.collect(1)

    def _close(self) -> None:
        """Flush the stores and leave; every step is tried, and none hides why the worker ends."""
        self._open_since = None
        departures: list[Callable[[], object]] = [partial(self._tasks.depart, [each]) for each in self._tasks.owned]
        for close in (*departures, self._consumer.close, self._transactions.close, self._slot.release):
            try:
                close()
            except (KafkaException, StoreError, RuntimeError, OSError) as error:
                log.warning("close_failed", error=str(error))
        self._figures.finish()
