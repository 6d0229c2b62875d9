"""What a worker looks after beside its records, twice a second: topics, progress, its group, lag and disks."""

from __future__ import annotations

import gc

from confluent_kafka import Consumer

from stream.engine.figures import Figures
from stream.engine.orphans import Orphans
from stream.engine.progress import Progress
from stream.engine.slot import Slot
from stream.engine.states import TaskState
from stream.engine.tasks import Tasks
from stream.engine.topic_watch import TopicWatch
from stream.runtime.child import dump_stacks

EVERY = 0.5
"""Seconds between two turns."""


class Housekeeping:
    """One turn is some requests that nobody waits for, and calls to the client that it answers from memory."""

    def __init__(
        self,
        slot: Slot,
        consumer: Consumer,
        tasks: Tasks,
        figures: Figures,
        *,
        topics: TopicWatch,
        progress: Progress,
        orphans: Orphans | None,
        partitions: int,
        flush_interval: float,
        now: float,
    ) -> None:
        self._slot = slot
        self._consumer = consumer
        self._tasks = tasks
        self._figures = figures
        self._topics = topics
        self._progress = progress
        self._orphans = orphans
        self._partitions = partitions
        self._flush_interval = flush_interval
        self._flushed_at = self._turned_at = now

    def due(self, now: float) -> bool:
        """Whether it is time for a turn; `now` in seconds."""
        return now - self._turned_at >= EVERY

    def turn(self, now: float) -> None:
        """Look after everything once.

        Raises:
            CairnError: DRIFT, when the topics are others than they were.
            StoreError: a store cannot be flushed.
        """
        self._turned_at = now
        self.look_at_topics(now)
        self._look_at_progress(now)
        if member := self._consumer.memberid():
            self._slot.remember(member)
        if self._orphans is not None:
            self._orphans.turn(now, self._partitions)
        if now - self._flushed_at >= self._flush_interval:
            self._tasks.keep_house()
            self._flushed_at = now
            gc.collect(1)

    def look_at_topics(self, now: float) -> None:
        """See that the topics are the same; an answer shows that brokers are there.

        Raises:
            CairnError: DRIFT, when they are not.
        """
        if self._topics.turn(now):
            self._progress.answered(now)

    def _look_at_progress(self, now: float) -> None:
        """Tell the lag, and when the worker stands still, with the stacks of its threads: a loop that turns shows
        little in them, a client's thread that hangs a lot.
        """
        running = self._tasks.readings(TaskState.RUNNING)
        self._tasks.tell_lag(running)
        stalled = self._progress.look(running | self._tasks.readings(TaskState.CATCHING_UP), now)
        if stalled is not None and self._figures.stalled is None:
            dump_stacks()
        self._figures.stalled = stalled
