"""How far everything is, as the broker says: asked again and again, never waited for."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Consumer, IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

_ANSWER_S = 20.0
_PAUSE_S = 0.3
"""Between an answer and the next question: figures that look alive, for little work."""


@dataclass(frozen=True, slots=True)
class Sounding:
    """Offsets by partition. The ends were read after the committed ones."""

    asked_at: float
    """When the first question was asked."""
    committed: Mapping[int, int]
    """Of the input, by the tracker's group."""
    input_ends: Mapping[int, int]
    crossed_ends: Mapping[int, int]
    """Behind everything, records of open transactions included."""

    @property
    def waiting(self) -> int:
        """Events that are in the topic and not counted yet."""
        return sum(max(end - self.committed.get(partition, 0), 0) for partition, end in self.input_ends.items())

    @property
    def counted(self) -> int:
        """Events counted so far."""
        return sum(self.committed.values())


class Soundings:
    """One question after the other.

    `group` is a consumer of the tracker's group that never joins. The admin client has a question for offsets too, but
    librdkafka 2.16 ends the process with a segmentation fault when the coordinator is away or has moved.
    """

    def __init__(self, admin: AdminClient, group: Consumer, inputs: str, crossed: str, partitions: int) -> None:
        self._admin = admin
        self._group = group
        self._asking = ThreadPoolExecutor(1, "soundings")
        self._inputs = inputs
        self._crossed = crossed
        self._partitions = range(partitions)
        self._asked_at = self._idle_since = float("-inf")
        self._committed: Future[list[TopicPartition]] | None = None
        self._ends: dict[TopicPartition, Any] | None = None
        self._known: dict[int, int] = {}

    def take(self, now: float) -> Sounding | None:
        """Ask what is to be asked; returns a sounding when one has just become complete."""
        if self._ends is not None:
            return self._finished(now)
        if self._committed is not None:
            self._ask_ends(self._committed)
        elif now - self._idle_since >= _PAUSE_S:
            self._asked_at = now
            asked = [TopicPartition(self._inputs, each) for each in self._partitions]
            self._committed = self._asking.submit(self._group.committed, asked, _ANSWER_S)
        return None

    def close(self) -> None:
        """Ask no more."""
        self._asking.shutdown()
        self._group.close()

    def _ask_ends(self, answer: Future[list[TopicPartition]]) -> None:
        if not answer.done():
            return
        self._committed = None
        # What does not answer, as a coordinator that has never heard of the group, changes nothing.
        if answer.exception() is None:
            self._known = {at.partition: at.offset for at in answer.result() if at.offset >= 0 and at.error is None}
        wanted = {
            TopicPartition(topic, each): OffsetSpec.latest()
            for topic in (self._inputs, self._crossed)
            for each in self._partitions
        }
        self._ends = self._admin.list_offsets(
            wanted, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=_ANSWER_S
        )

    def _finished(self, now: float) -> Sounding | None:
        assert self._ends is not None  # noqa: S101 - take() asks for nothing else
        if not all(each.done() for each in self._ends.values()):
            return None
        answers, self._ends = self._ends, None
        self._idle_since = now
        try:
            ends = {(at.topic, at.partition): answer.result().offset for at, answer in answers.items()}
        except KafkaException:
            return None  # a broker that is too busy to answer is asked again
        return Sounding(
            asked_at=self._asked_at,
            committed=self._known,
            input_ends={each: ends[self._inputs, each] for each in self._partitions},
            crossed_ends={each: ends[self._crossed, each] for each in self._partitions},
        )
