"""Follows topics from their beginning, as a read_committed reader without a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from schemas.record import Record

_BATCH = 500
_PASSING = {KafkaError._PARTITION_EOF, KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN}  # noqa: SLF001 - the client's public codes look so


class Reader:
    """Reads all partitions of a few topics."""

    def __init__(self, consumer: Consumer, topics: Sequence[str], partitions: int) -> None:
        self._consumer = consumer
        self._at = [TopicPartition(topic, each, 0) for topic in topics for each in range(partitions)]
        consumer.assign(self._at)

    def read(self, seconds: float) -> list[Record]:
        """What has come, waiting for the first of it at most so long. Raises `KafkaException` on what does not pass."""
        messages = []
        for message in self._consumer.consume(_BATCH, seconds):
            error = message.error()
            if error is None:
                messages.append(cast(Record, message))
            elif error.code() not in _PASSING:
                raise KafkaException(error)
        return messages

    def has_passed(self, topic: str, ends: Mapping[int, int]) -> bool:
        """Whether everything below these offsets was read; what was aborted and all markers count as read."""
        asked = [TopicPartition(topic, each) for each in ends]
        # Nothing read yet is a negative position.
        return all(max(at.offset, 0) >= ends[at.partition] for at in self._consumer.position(asked))

    def close(self) -> None:
        """Leave the brokers."""
        self._consumer.close()
