"""The client's side of the inputs: which partitions it reads, from where, how far it is, and what waits in between.

What a task reads depends on its state (`states.py`): tables first, then every input. Positions count markers and
aborted records as read, which no task ever gets and which would be lag, or a missing end, for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from confluent_kafka import Consumer, KafkaException, TopicPartition

from stream.engine.inbox import LIMIT, Inbox
from stream.engine.states import TaskState
from stream.engine.task import Task
from stream.engine.topology import Topology
from stream.runtime.verdicts import error_of

log = structlog.get_logger(__name__)

Place = tuple[str, int]
"""A topic and a partition."""


END_PATIENCE = 10.0
"""Seconds after which an input is read again whose end nobody told: the client fetches every 0.1 s, and a broker under
load was seen to take 3 s."""


class Intake:
    """Pauses, seeks and resumes the inputs of all tasks of a worker."""

    def __init__(self, consumer: Consumer, topology: Topology, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._consumer = consumer
        self._clock = clock
        self._topics = tuple(each.topic for each in topology.partitioned)
        self._tables = tuple(each.topic for each in topology.partitioned if each.table)
        self._to_seek: dict[Place, int] = {}
        self._open: set[Place] = set()
        self._full: set[Place] = set()
        self._unknown_since: dict[Place, float] = {}
        self.inboxes: dict[int, Inbox] = {}
        """By partition; empty while the lead is the only input, for then nothing has to wait."""

    def receive(self, most: int, first: float, until: float) -> list[Any]:
        """Return at most so many records: wait `first` seconds for one, and take what else is there, or comes `until`
        then (monotonic). One call for all would wait its whole time out, though records were there.
        """
        # `Any`: the client's types allow None where a consumed record has none.
        messages: list[Any] = self._consumer.consume(1, first)
        left = max(until - self._clock(), 0.0)
        if (messages or left) and most > 1:
            messages += self._consumer.consume(most - 1, left)
        return messages

    def receive_many(self, most: int, seconds: float) -> list[Any]:
        """Return as many records, or what comes within so many seconds."""
        messages: list[Any] = self._consumer.consume(most, seconds)
        return messages

    @property
    def seeking(self) -> bool:
        """Whether the client was not ready for a seek, which has to be tried again."""
        return bool(self._to_seek)

    def reads(self, state: TaskState) -> tuple[str, ...]:
        """The inputs that a task in this state reads."""
        if state is TaskState.RUNNING:
            return self._topics
        return self._tables if state is TaskState.CATCHING_UP else ()

    def open(self, task: Task) -> None:
        """Read on from the task's positions, as far as its state allows.

        No end is known from now on until the client tells it: what was heard before the seek may be old, and the lead
        would run ahead of records that were there before its own.
        """
        reading = self.reads(task.state)
        self._pause([topic for topic in self._topics if topic not in reading], task.partition)
        if len(self._topics) > 1:
            self.inboxes.setdefault(task.partition, Inbox(self._topics)).clear()
        for topic in reading:
            self._seek(topic, task.partition, task.offsets[topic])

    def shut(self, partition: int) -> None:
        """Read nothing: the task's positions are about to change."""
        self._pause(self._topics, partition)
        if partition in self.inboxes:
            self.inboxes[partition].clear()

    def forget(self, partition: int) -> None:
        """The partition is somebody else's."""
        for topic in self._topics:
            self._forget((topic, partition))
        self.inboxes.pop(partition, None)

    def retry(self) -> None:
        """Seek again where the client was not ready."""
        for (topic, partition), offset in [*self._to_seek.items()]:
            self._seek(topic, partition, offset)

    def positions(self, tasks: Iterable[Task], topics: Iterable[str] | None = None) -> dict[Place, int]:
        """How far inputs are processed: behind what is processed the client may have passed what no task ever gets.

        After a seek the client's position is unknown until the first record, so it never runs ahead; nor does it count
        while records wait in the inbox.
        """
        wanted = self._topics if topics is None else tuple(topics)
        read = {(topic, task.partition): task.offsets[topic] for task in tasks for topic in wanted}
        settled = [
            TopicPartition(topic, partition)
            for topic, partition in read
            if (topic, partition) in self._open
            and not (partition in self.inboxes and self.inboxes[partition].buffered(topic))
        ]
        for place in self._consumer.position(settled) if settled else ():
            at = place.topic, place.partition
            read[at] = max(read[at], place.offset)
        return read

    def known_end(self, topic: str, partition: int) -> int:
        """The next offset of an input as the client last heard of it; negative while it has not."""
        _, high = self._consumer.get_watermark_offsets(TopicPartition(topic, partition), cached=True)
        return int(high)

    def look_for_ends(self, task: Task) -> None:
        """Tell the task's inbox which of its empty inputs have nothing more.

        Where nobody says so for long, the input is read again from its position: the client tells an end once, and what
        it told is dropped when the partition is paused or sought before it is heard. Then it has no position either,
        and everything else of the task would wait until somebody writes to that input.
        """
        inbox = self.inboxes[task.partition]
        unknown = [topic for topic in inbox.unknown if (topic, task.partition) in self._open]
        places = [TopicPartition(topic, task.partition) for topic in unknown]
        self._unknown_since = {
            at: since for at, since in self._unknown_since.items() if at[1] != task.partition or at[0] in unknown
        }
        now = self._clock()
        for place in self._consumer.position(places) if places else ():
            at = place.topic, place.partition
            if 0 <= self.known_end(*at) <= place.offset:
                inbox.end(place.topic, place.offset)
                self._unknown_since.pop(at, None)
            elif now - self._unknown_since.setdefault(at, now) >= END_PATIENCE:
                log.warning("end_not_told", topic=place.topic, partition=place.partition, position=place.offset)
                self._seek(place.topic, place.partition, task.offsets[place.topic])

    def relieve(self, task: Task) -> None:
        """Stop reading an input whose buffer is full, and go on when it is half empty."""
        inbox = self.inboxes[task.partition]
        for topic in self.reads(task.state):
            at = topic, task.partition
            if at in self._full and inbox.buffered(topic) <= LIMIT // 2:
                self._full.discard(at)
                self._consumer.resume([TopicPartition(*at)])
            elif at in self._open and at not in self._full and inbox.buffered(topic) >= LIMIT:
                self._full.add(at)
                self._consumer.pause([TopicPartition(*at)])

    def _pause(self, topics: Iterable[str], partition: int) -> None:
        places = [(topic, partition) for topic in topics]
        for place in places:
            self._forget(place)
        if places:
            self._consumer.pause([TopicPartition(*place) for place in places])

    def _forget(self, place: Place) -> None:
        self._to_seek.pop(place, None)
        self._open.discard(place)
        self._full.discard(place)
        self._unknown_since.pop(place, None)

    def _seek(self, topic: str, partition: int, offset: int) -> None:
        """Read on from an offset; what the client has not started yet is tried again next turn."""
        at, place = TopicPartition(topic, partition, offset), (topic, partition)
        self._forget(place)
        try:
            self._consumer.seek(at)
            self._consumer.resume([at])
            self._open.add(place)
        except KafkaException as raised:
            self._consumer.pause([at])
            self._to_seek[place] = offset
            log.debug("seek_waits", topic=topic, partition=partition, error=str(error_of(raised)))
