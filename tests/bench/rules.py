"""Puts the milestones of a profile into force under the prefix of a run."""

from __future__ import annotations

from confluent_kafka import Consumer, Producer, TopicPartition

from schemas.milestones import Document
from stream.core.adoption import next_version
from tests.bench.failure import BenchError
from tests.bench.profiles import START_MS

ANSWER = 30.0
"""Seconds for one answer of the broker."""


def apply_once(servers: str, topic: str, document: Document) -> None:
    """Apply the document, as of the first moment that the events name, unless the topic holds rules already.

    Raises:
        BenchError: the broker did not take it.
    """
    reader = Consumer({"bootstrap.servers": servers, "group.id": "bench-rules"})
    _, end = reader.get_watermark_offsets(TopicPartition(topic, 0), timeout=ANSWER)
    reader.close()
    if end:
        return
    producer = Producer({"bootstrap.servers": servers, "acks": "all"})
    producer.produce(topic, next_version(None, document, START_MS).encode())
    if producer.flush(ANSWER):
        raise BenchError(f"the rules could not be written to {topic}")
