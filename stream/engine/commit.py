"""One commit of a worker's tasks, in the order that the guarantee rests on.

    1. produce outputs, dead letters and changed rows, and last the positions, each to its task's partition number
    2. send the positions, each lead's always among them, with the group's metadata read now, and commit
    3. one atomic store write per task

A crash between any two of them is answered by the changelog: before 2 is complete nothing was ever visible, after it
everything is there to be read again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from confluent_kafka import KafkaException, TopicPartition

from stream.engine.abort_cause import AbortCause
from stream.engine.changelog import Label
from stream.engine.figures import Figures
from stream.engine.probe import Probe, Step
from stream.engine.stores.store import Change, StoreError
from stream.engine.task import PoisonedError, Task
from stream.engine.topology import Topology
from stream.engine.transaction import Outcome, Transactions
from stream.runtime.snapshot import Phase
from stream.runtime.verdicts import error_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What the worker has to do after a commit.

    `rewind`: nothing was committed, fold again. `renew`: the producer's state is unknown. `restore`: these tasks'
    memory is not what the changelog holds. `cause`: why it was not committed, if anybody said.
    """

    committed: bool = False
    rewind: bool = False
    renew: bool = False
    restore: Sequence[Task] = ()
    cause: AbortCause | None = None


class Committer:
    """Commits tasks. `label` makes the label of a partition's store that has reached a changelog offset.

    `keep_alive`: seconds after which the positions of all inputs are told to the group, also those that stand still:
    the broker deletes what it does not hear of again (engine rule 2).
    """

    def __init__(
        self,
        topology: Topology,
        transactions: Transactions,
        label: Callable[[int, int], Label],
        figures: Figures,
        probe: Probe,
        *,
        keep_alive: float = 3600.0,
    ) -> None:
        self._keep_alive = keep_alive
        self._all_told_at: dict[int, float] = {}
        self._changelog = topology.changelog
        self._transactions = transactions
        self._label = label
        self._figures = figures
        self._probe = probe

    def arrived(self, task: Task) -> None:
        """The group has just told the positions of this task."""
        self._all_told_at[task.partition] = time.monotonic()

    def wants(self, task: Task) -> bool:
        """Whether a task has anything to commit."""
        return task.dirty or self._is_quiet(task)

    def commit(self, tasks: Sequence[Task], group_metadata: Any) -> Aftermath:
        """Commit what `tasks` have folded; `group_metadata` is the consumer's, read by the caller just now.

        Raises:
            CairnError: FENCED or CANNOT_CONNECT.
        """
        self._probe(Step.FOLDED)
        try:
            changes = {task: task.changes() for task in tasks}
        except PoisonedError as poison:
            log.warning("batch_refolds_singly", error=str(poison))
            self._figures.aborted("poison")
            return Aftermath(rewind=True)
        self._figures.enter(Phase.COMMITTING)
        began = time.monotonic()
        outcome, reached = self._send(tasks, changes, group_metadata)
        if outcome is Outcome.COMMITTED and len(reached) == len(tasks):
            self._probe(Step.COMMITTED)
            self._figures.committed(tasks, time.monotonic() - began)
            unstored = self._store(tasks, changes, reached)
            self._probe(Step.STORED)
            return Aftermath(committed=True, restore=unstored)
        if outcome is Outcome.ABORTED:
            self._figures.aborted("refused")
            return Aftermath(rewind=True, cause=self._transactions.cause)
        self._figures.aborted("unknown")
        log.warning("commit_unknown", partitions=[task.partition for task in tasks])
        return Aftermath(renew=True, restore=tasks, cause=self._transactions.cause)

    def _send(
        self, tasks: Sequence[Task], changes: dict[Task, list[Change]], group_metadata: Any
    ) -> tuple[Outcome, dict[int, int]]:
        """Steps 1 and 2: the outcome, and the changelog offset of each partition's positions."""
        reached: dict[int, int] = {}
        try:
            self._transactions.begin()
            for task in tasks:
                self._produce(task, changes[task], reached)
        except KafkaException as raised:
            # The client learns in the background that the transaction is broken, and says so at the next record.
            log.warning("transaction_broken", error=str(error_of(raised)))
            return self._transactions.abort(), reached
        self._probe(Step.PRODUCED)
        quiet = [task for task in tasks if self._is_quiet(task)]
        positions = [
            TopicPartition(topic, task.partition, offset)
            for task in tasks
            for topic, offset in (task.offsets if task in quiet else task.moved()).items()
        ]
        outcome = self._transactions.commit(positions, group_metadata, on_sent=lambda: self._probe(Step.SENT))
        if outcome is Outcome.COMMITTED:
            for task in quiet:
                self.arrived(task)
        return outcome, reached

    def _is_quiet(self, task: Task) -> bool:
        """Whether the group has not heard of all inputs of a task for long."""
        now = time.monotonic()
        return now - self._all_told_at.setdefault(task.partition, now) > self._keep_alive

    def _produce(self, task: Task, changes: list[Change], reached: dict[int, int]) -> None:
        """The positions go last, so that their offset is the one that the store has reached."""
        partition = task.partition
        plain: dict[str, list[tuple[bytes | None, bytes | None]]] = {}
        for each in task.view.emissions:
            if each.headers:
                self._transactions.produce(each.topic, partition, each.key, each.value, each.headers)
            elif (records := plain.get(each.topic)) is None:
                plain[each.topic] = [(each.key, each.value)]
            else:
                records.append((each.key, each.value))
        for topic, records in plain.items():
            self._transactions.produce_many(topic, partition, records)
        self._transactions.produce_many(self._changelog, partition, changes[:-1])
        key, value = changes[-1]

        def delivered(error: object, message: Any) -> None:
            if error is None:
                reached[partition] = message.offset()

        self._transactions.produce(self._changelog, partition, key, value, on_delivery=delivered)

    def _store(self, tasks: Sequence[Task], changes: dict[Task, list[Change]], reached: dict[int, int]) -> list[Task]:
        """Step 3; returns the tasks whose store refused: committed but not stored, so the changelog has it."""
        unstored = []
        for task in tasks:
            try:
                # One more than the positions' offset: the marker that ends the transaction. What else could stand
                # there is of a fenced producer, and never committed.
                task.stored(changes[task], self._label(task.partition, reached[task.partition] + 1))
            except StoreError as error:
                log.error("commit_not_stored", partition=task.partition, error=str(error))
                unstored.append(task)
        return unstored
