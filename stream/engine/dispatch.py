"""Records from the client to the tasks: grouped by partition, merged by time where a task has several inputs.

A task whose lead is its only input gets its records as they come. With attached inputs a batch of one input still goes
straight through while all others are known to be at their end; else it goes through the task's inbox (`inbox.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import structlog
from confluent_kafka import KafkaError, Message

from stream.engine.damage import DamagedError
from stream.engine.figures import Figures
from stream.engine.intake import Intake
from stream.engine.states import TaskState
from stream.engine.stores.store import StoreError
from stream.engine.task import Task
from stream.engine.tasks import Tasks
from stream.engine.topology import Topology
from stream.runtime.verdicts import Verdict, fenced, refused, verdict

log = structlog.get_logger(__name__)

_FOLDING = (TaskState.RUNNING, TaskState.CATCHING_UP)


class Dispatch:
    """Gives each task its records. What is for a task that does not fold is dropped: it comes again later."""

    def __init__(
        self, topology: Topology, tasks: Tasks, intake: Intake, figures: Figures, wall_ms: Callable[[], int]
    ) -> None:
        self._lead = topology.lead.topic
        self._alone = not topology.attached
        self._tasks = tasks
        self._intake = intake
        self._figures = figures
        self._wall_ms = wall_ms
        self._holding: set[int] = set()

    def give(self, messages: Sequence[Any]) -> None:
        """Fold a batch of the client, events included.

        Raises:
            PoisonedError: a fold raised; the transaction must be aborted.
            DamagedError: a store cannot be read; likewise.
            CairnError: FENCED or CANNOT_CONNECT.
        """
        ends: list[Any] = []
        if any(map(Message.error, messages)):
            for message in messages:
                if message.error() is not None and not self._heed(message.error(), message):
                    ends.append(message)
            messages = [message for message in messages if message.error() is None]
        if self._alone:
            self._give_lead(messages)
        else:
            self._give_mixed(messages)
        for end in ends:  # behind the records, for it counts from the last of them
            inbox = self._intake.inboxes.get(end.partition())
            if inbox is not None:
                inbox.end(end.topic(), end.offset())

    @property
    def holding(self) -> bool:
        """Whether records wait in inboxes."""
        return bool(self._holding)

    def drain(self) -> None:
        """Fold what waits in inboxes, where it waits no longer. Raises as `give`."""
        if not self._holding:
            return
        now_ms = self._wall_ms()
        for partition in [*self._holding]:
            self._holding.discard(partition)
            task = self._folding(partition)
            inbox = self._intake.inboxes.get(partition)
            if task is None or inbox is None:
                continue
            self._intake.look_for_ends(task)
            while runs := inbox.take(self._intake.reads(task.state)):
                for topic, records in runs:
                    self._process(task, topic, records, now_ms)
                self._intake.look_for_ends(task)
            self._intake.relieve(task)
            if inbox.holding:
                self._holding.add(partition)

    def _give_lead(self, messages: Sequence[Any]) -> None:
        now_ms = self._wall_ms()
        for partition, records in _by_partition(messages).items():
            task = self._folding(partition)
            if task is not None:
                self._process(task, self._lead, records, now_ms)

    def _give_mixed(self, messages: Sequence[Any]) -> None:
        batches: dict[int, dict[str, list[Any]]] = {}
        for topic, run in groupby(messages, Message.topic):
            for partition, records in _by_partition(run).items():
                batches.setdefault(partition, {}).setdefault(str(topic), []).extend(records)
        now_ms = self._wall_ms()
        for partition, batch in batches.items():
            task = self._folding(partition)
            inbox = self._intake.inboxes.get(partition)
            if task is None or inbox is None:
                continue
            (topic, records), *others = batch.items()
            if not others and inbox.passes(topic):
                inbox.passed(topic, records[-1])
                self._process(task, topic, records, now_ms)
                continue
            for topic, records in batch.items():
                inbox.add(topic, records)
            self._holding.add(partition)
        # Events of this batch may tell ends, so the inboxes are drained after them.

    def _folding(self, partition: int) -> Task | None:
        task = self._tasks.owned.get(partition)
        return task if task is not None and task.state in _FOLDING else None

    def _process(self, task: Task, topic: str, records: Sequence[Any], now_ms: int) -> None:
        try:
            task.process(topic, records, now_ms)
        except StoreError as damage:
            raise DamagedError(task, damage) from damage

    def _heed(self, error: KafkaError, event: Any) -> bool:
        """Answer an event of the consumer that is no record; False if it only tells an end."""
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - a public code
            return False
        match verdict(error):
            case Verdict.FENCED:
                raise fenced(error)
            case Verdict.REFUSED:
                raise refused(error)
            case Verdict.LOST_POSITION:
                task = self._folding(event.partition())
                if task is not None:
                    # The restore looks at what the topic still holds and stops with the exact gap, or accepts it.
                    log.warning("position_lost", topic=event.topic(), partition=task.partition, error=error.str())
                    self._tasks.restart([task])
            case _:
                self._figures.event(error)
        return True


def _by_partition(messages: Any) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for partition, run in groupby(messages, Message.partition):
        found.setdefault(partition, []).extend(run)
    return found
