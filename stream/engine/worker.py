"""The loop of one worker: one consumer, one transactional producer, one task for each assigned partition.

    turn:  consume -> tasks fold records, then due timers, then background work -> commit if due
           -> restores get a slice -> housekeeping
    doubt: ABORTED -> forget and rewind;  UNKNOWN or not stored -> new producer, restore again;  FENCED -> exit

What a commit does is in `commit.py`, what a rebalance does in `assignment.py`, who gets which record in `dispatch.py`,
when timers fire in `timekeeper.py`.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from confluent_kafka import Consumer, KafkaException

from schemas.errors import CairnError
from stream.engine.abort_cause import too_large
from stream.engine.assignment import Assignment
from stream.engine.broadcast import Broadcast
from stream.engine.cluster import Cluster
from stream.engine.commit import Committer
from stream.engine.damage import DamagedError
from stream.engine.dispatch import Dispatch
from stream.engine.figures import Figures
from stream.engine.housekeeping import Housekeeping
from stream.engine.intake import Intake
from stream.engine.orphans import Orphans
from stream.engine.pace import Pace
from stream.engine.poison import PoisonedError
from stream.engine.probe import Probe, no_probe
from stream.engine.processor import Processor
from stream.engine.progress import STALLED_AFTER, Progress
from stream.engine.restore import Restorer
from stream.engine.slot import Slot
from stream.engine.slot_check import SlotCheck
from stream.engine.stores.rocks import StoreMemory
from stream.engine.stores.shelf import Shelf
from stream.engine.stores.store import StoreError
from stream.engine.tasks import Tasks
from stream.engine.timekeeper import Timekeeper
from stream.engine.topic_watch import TopicWatch
from stream.engine.transaction import Transactions
from stream.runtime.bounded import OverdueError, bounded
from stream.runtime.snapshot import Phase
from stream.runtime.verdicts import error_of, unanswered

log = structlog.get_logger(__name__)

LEAVE_BOUND = 5.0
"""Seconds to leave the group: one round trip, some ten milliseconds; in a broker under load a second."""


@dataclass(frozen=True, slots=True)
class Clients:
    """The Kafka clients of one worker, made by whoever knows the settings.

    `reader` restores, `broadcast` reads the broadcast input, if the topology has one; neither joins a group. `orphans`
    looks after the group of a static member, `slot_check` for a living worker of the same name.
    """

    consumer: Consumer
    reader: Consumer
    cluster: Cluster
    transactions: Transactions
    broadcast: Consumer | None = None
    orphans: Orphans | None = None
    slot_check: SlotCheck | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Memory and time bounds of one worker."""

    pace: Pace = field(default_factory=Pace)
    row_cache_bytes: int = 64 << 20
    flush_interval: float = 60.0
    stalled_after: float = STALLED_AFTER
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
        self._figures = figures
        self._wall_ms = wall_ms
        self._broadcast = Broadcast.of(processor, clients.broadcast, clients.cluster)
        layout = clients.cluster.layout(self._topology)
        self._progress = Progress(time.monotonic(), stalled_after=limits.stalled_after)
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
        self._intake = Intake(clients.consumer, self._topology)
        self._tasks = Tasks(
            processor,
            layout,
            intake=self._intake,
            cluster=clients.cluster,
            shelf=Shelf(slot.path, memory),
            restorer=self._restorer,
            figures=figures,
            wall_ms=wall_ms,
            cache_bytes=limits.row_cache_bytes,
        )
        self._dispatch = Dispatch(self._topology, self._tasks, self._intake, figures, wall_ms)
        self._timekeeper = Timekeeper(
            self._topology, positions=self._intake.positions, ask_ends=clients.cluster.ask_ends, wall_ms=wall_ms
        )
        self._committer = Committer(
            self._topology,
            clients.transactions,
            self._restorer.label,
            figures,
            probe,
            keep_alive=self._pace.keep_alive,
        )
        self._orphans = clients.orphans
        self._slot_check = clients.slot_check
        self._assignment = Assignment(
            self._topology, figures, commit=self._commit, rewind=self._rewind, depart=self._tasks.depart
        )
        self._open_since: float | None = None
        self._topics = TopicWatch(self._topology, layout, clients.cluster)
        self._housekeeping = Housekeeping(
            slot,
            clients.consumer,
            self._tasks,
            figures,
            topics=self._topics,
            progress=self._progress,
            orphans=clients.orphans,
            partitions=layout.partitions,
            flush_interval=limits.flush_interval,
            now=time.monotonic(),
        )

    def run(self, stopping: Callable[[], bool]) -> None:
        """Work until `stopping()`; then commit, flush, leave the group.

        Raises:
            CairnError: with the exit code that says whether a restart may help.
        """
        try:
            self._work(stopping)
        except CairnError as stopped:
            cause = self._topics.cause_of(stopped)
            if cause is stopped:
                raise
            raise cause from stopped

    def _work(self, stopping: Callable[[], bool]) -> None:
        log.info("worker_starts", slot=self._slot.transactional_id)
        self._figures.enter(Phase.STARTING)
        self._wait_for_slot(stopping)
        self._renew()
        self._wait_for_broadcast(stopping)
        self._assignment.subscribe(self._consumer)
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
        messages = self._receive(behind)
        arrivals = self._assignment.arrivals()
        behind = len(messages) >= self._pace.batch
        if self._broadcast is not None:
            self._fold(self._hear)
        if messages:
            self._fold(partial(self._dispatch.give, messages))
        self._fold(self._dispatch.drain)
        if arrivals:
            self._tasks.receive(arrivals)
        self._intake.retry()
        more_timers = self._fold(self._keep_time)
        self._fold(self._tasks.work)
        now = time.monotonic()
        if self._open_since is None and any(task.dirty for task in self._tasks.begun()):
            self._open_since = now
        if self._open_since is not None and self._pace.due(
            behind=behind or more_timers,
            open_for=now - self._open_since,
            rows=sum(task.touched_rows for task in self._tasks.begun()),
            emitted_bytes=sum(task.view.emitted_bytes for task in self._tasks.begun()),
        ):
            self._commit()
        self._tasks.catch_up()
        if self._restorer.under_way:
            self._restore()
        if self._housekeeping.due(now):
            self._keep_house(now)
        self._figures.turned(self._tasks.owned, self._restorer.under_way, moved=bool(messages))
        return behind

    def _receive(self, behind: bool) -> list[Any]:
        if behind:
            return self._intake.receive_many(self._pace.batch, self._pace.wait_behind)
        busy = bool(
            self._restorer.under_way
            or self._timekeeper.waiting
            or self._tasks.more_work
            or self._dispatch.holding
            or self._intake.seeking
        )
        until = self._transactions.ended + self._pace.gap
        return self._intake.receive(self._pace.batch, self._pace.first(busy=busy), until)

    # -- folding --------------------------------------------------------------------------------------------------

    def _fold(self, step: Callable[[], bool | None]) -> bool:
        """Let tasks fold; a broken fold aborts the whole transaction. True when the step has more to do."""
        try:
            return bool(step())
        except PoisonedError as poison:
            log.warning("batch_refolds_singly", error=str(poison))
            self._abort("poison")
        except DamagedError as damaged:
            # First the damaged one: an abort lets running tasks begin anew, and it would read its store for that.
            self._tasks.rebuild(damaged.task, damaged.damage)
            self._abort("store")
        return False

    def _keep_time(self) -> bool:
        return self._timekeeper.turn(self._tasks.running())

    def _hear(self) -> None:
        """Look at the broadcast; when it moved, every task begins again."""
        if self._broadcast is not None and self._broadcast.look():
            self._tasks.begin_again()

    def _wait_for_slot(self, stopping: Callable[[], bool]) -> None:
        """See that no living worker has this name, before the first producer fences it."""
        if self._slot_check is None:
            return

        def rest(seconds: float) -> bool:
            time.sleep(seconds)
            self._figures.turned({}, {}, moved=False)
            return not stopping()

        self._slot_check.wait(time.monotonic, rest)

    def _wait_for_broadcast(self, stopping: Callable[[], bool]) -> None:
        """Read the broadcast to its end, and on until the processor is ready, before the group gives us anything."""
        if self._broadcast is None:
            return
        broadcast = self._broadcast

        def waiting() -> bool:
            self._housekeeping.look_at_topics(time.monotonic())
            self._figures.waits_for_broadcast = broadcast.caught_up and not broadcast.ready
            self._figures.turned({}, {}, moved=False)
            return not stopping()

        broadcast.wait(waiting)
        self._figures.waits_for_broadcast = False

    # -- transactions ---------------------------------------------------------------------------------------------

    def _commit(self) -> None:
        """Commit what the tasks have folded, and do what its outcome asks for."""
        self._open_since = None
        tasks = [task for task in self._tasks.begun() if self._committer.wants(task)]
        if not tasks:
            return
        aftermath = self._committer.commit(tasks, self._consumer.consumer_group_metadata())
        if aftermath.committed:
            self._progress.committed(time.monotonic())
        else:
            self._progress.aborted(aftermath.cause)
            time.sleep(self._progress.pause)
        if aftermath.renew or too_large(aftermath.cause):
            self._renew()
        if too_large(aftermath.cause):
            self._tasks.look_at_bounds()
        if aftermath.rewind:
            self._rewind()
        self._tasks.restart(aftermath.restore)
        self._figures.enter(Phase.RUNNING)

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
            raise unanswered(error_of(raised)) from raised

    # -- housekeeping ---------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        self._figures.enter(Phase.RESTORING)
        for task in self._tasks.restore(self._pace.restore_slice):
            self._committer.arrived(task)
        if not self._restorer.under_way:
            self._figures.enter(Phase.RUNNING)

    def _keep_house(self, now: float) -> None:
        if self._open_since is None and any(self._committer.wants(task) for task in self._tasks.begun()):
            self._commit()
        self._housekeeping.turn(now)

    def _close(self) -> None:
        """Flush the stores and leave; every step is tried, and none hides why the worker ends."""
        self._open_since = None
        departures: list[Callable[[], object]] = [partial(self._tasks.depart, [each]) for each in self._tasks.owned]
        guests = [self._orphans.close] if self._orphans is not None else []
        for close in (*departures, *guests, self._leave, self._transactions.close, self._slot.release):
            try:
                close()
            except (KafkaException, StoreError, RuntimeError, OSError) as error:
                log.warning("close_failed", error=str(error))
        self._figures.finish()

    def _leave(self) -> None:
        """Nothing depends on the goodbye: a static member says none, and of others the broker hears by the timeout."""
        try:
            bounded(self._consumer.close, LEAVE_BOUND)
        except OverdueError:
            log.warning("group_not_left", bound=LEAVE_BOUND)
