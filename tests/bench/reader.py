"""Reads what a run has written to its topics."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import cast

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from schemas.record import Record
from tests.bench.entry import Outputs
from tests.bench.ground import QUIET

ANSWER = 30.0
"""Seconds without anything after which the broker counts as gone."""
BATCH, PAUSE = 10_000, 0.1
"""A call waits for so many messages, or so many seconds."""

Ends = Mapping[tuple[str, int], int]


class Reader:
    """Reads committed records of topics with so many partitions."""

    def __init__(self, servers: str, partitions: int) -> None:
        self._partitions = partitions
        self._consumer = Consumer(
            {
                "bootstrap.servers": servers,
                **QUIET,
                "group.id": "bench-outcome",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "isolation.level": "read_committed",
            }
        )

    def ends(self, outputs: Outputs) -> Ends:
        """Return where the topics end now: a run's own records begin there."""
        partitions = [(topic, each) for topic in outputs.named().values() for each in range(self._partitions)]
        return {each: self._end(TopicPartition(*each)) for each in partitions}

    def records(self, outputs: Outputs, since: Ends) -> dict[str, Sequence[Record]]:
        """Return what was written since then, by kind.

        Raises:
            KafkaException: a topic could not be read to its end.
        """
        found: dict[str, Sequence[Record]] = {}
        for kind, topic in outputs.named().items():
            # Its stubs take a record's parts for less than the protocol says; it is what the engine reads as well.
            found[kind] = cast("list[Record]", self._records(topic, since))
        return found

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()

    def _end(self, partition: TopicPartition) -> int:
        """Ask until the broker answers: of a topic just made it may not know yet that it leads it."""
        deadline = time.monotonic() + ANSWER
        while True:
            try:
                return int(self._consumer.get_watermark_offsets(partition, timeout=ANSWER)[1])
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE)

    def _records(self, topic: str, since: Ends) -> list[Message]:
        begins = [
            TopicPartition(topic, each, since.get((topic, each)) or OFFSET_BEGINNING)
            for each in range(self._partitions)
        ]
        self._consumer.assign(begins)
        records: list[Message] = []
        left = set(range(self._partitions))
        deadline = time.monotonic() + ANSWER
        while left:
            messages = self._consumer.consume(BATCH, PAUSE)
            if messages:
                deadline = time.monotonic() + ANSWER
            elif time.monotonic() > deadline:
                raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
            for message in messages:
                error = message.error()
                if error is None:
                    records.append(message)
                elif error.code() == KafkaError._PARTITION_EOF:
                    left.discard(message.partition())
                else:
                    raise KafkaException(error)
        self._consumer.unassign()
        return records
