"""A consumer that does what a test says."""

from __future__ import annotations

from typing import Any

from confluent_kafka import KafkaError, TopicPartition

from tests.channels.dispatch.samples import TOPIC
from tests.stand_in import StandIn


class Message(StandIn):
    """A record without an error."""

    def error(self) -> KafkaError | None:
        return None


class EndOfPartition(Message):
    def error(self) -> KafkaError | None:
        return KafkaError(KafkaError._PARTITION_EOF)


class FakeConsumer:
    """One partition, 0; `stored` is what the group has committed."""

    def __init__(self, callbacks: dict[str, Any]) -> None:
        self.on_commit = callbacks["on_commit"]
        self.stored = TopicPartition(TOPIC, 0, -1001)
        self.begun: list[int] = []
        self.commits: list[TopicPartition] = []
        self.next: list[Message] = []
        self.waited: list[tuple[int, float]] = []
        """How many were asked for, and for how long (s)."""
        self.paused = self.closed = False
        self.answer: KafkaError | None = None

    def subscribe(self, topics: list[str], on_assign: Any, on_revoke: Any, on_lost: Any) -> None:
        self.on_assign, self.on_revoke, self.on_lost = on_assign, on_revoke, on_lost

    def consume(self, most: int, seconds: float) -> list[Message]:
        self.waited.append((most, seconds))
        found, self.next = self.next[:most], self.next[most:]
        return [] if self.paused else found

    def committed(self, partitions: list[TopicPartition], timeout: float) -> list[TopicPartition]:
        return [self.stored]

    def incremental_assign(self, partitions: list[TopicPartition]) -> None:
        self.begun = [each.offset for each in partitions]

    def incremental_unassign(self, partitions: list[TopicPartition]) -> None:
        self.begun = []

    def pause(self, partitions: list[TopicPartition]) -> None:
        self.paused = True

    def resume(self, partitions: list[TopicPartition]) -> None:
        self.paused = False

    def get_watermark_offsets(self, partition: TopicPartition, cached: bool) -> tuple[int, int]:
        return 0, 10

    def commit(self, offsets: list[TopicPartition], asynchronous: bool) -> list[TopicPartition] | None:
        self.commits += offsets
        if self.answer is None:
            self.stored = offsets[0]
        if asynchronous:
            self.on_commit(self.answer, offsets)
            return None
        return offsets

    def close(self) -> None:
        self.closed = True
        self.on_revoke(self, [TopicPartition(TOPIC, 0)])
