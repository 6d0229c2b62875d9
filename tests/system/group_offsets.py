"""What a group has committed, asked by a client that never joins it."""

from __future__ import annotations

import time
from collections.abc import Iterable

from confluent_kafka import Consumer, KafkaException, TopicPartition

from tests.system.topic_log import CLIENT

PATIENCE = 60.0
"""Seconds of asking again: a broker that came back under load has been seen to read its offsets' log for 20."""
ANSWER = 5.0
"""Seconds of one question."""


class GroupOffsets:
    """Asks through a consumer. The admin client has a question for this too, but librdkafka 2.16 ends the process with
    a segmentation fault when the answer is that the coordinator has moved or is away: rd_kafka_handle_OffsetFetch
    then turns to the group of a client that has none (seen 4 times in 14 outages of the broker).
    """

    def __init__(self, bootstrap: str, group: str, *, waits: bool = True) -> None:
        """Connect at the first question.

        Args:
            bootstrap: of the broker.
            group: its name.
            waits: while a transaction with offsets of the group is open, there is no answer until its end (KIP-447).
                Else what was committed before it is the answer.
        """
        isolation = "read_committed" if waits else "read_uncommitted"
        self._consumer = Consumer(
            {
                **CLIENT,
                "bootstrap.servers": bootstrap,
                "group.id": group,
                "isolation.level": isolation,
                "enable.auto.commit": False,
            }
        )

    def ask(self, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """The committed offset by topic and partition; what has none is left out.

        Raises:
            KafkaException: no coordinator answers.
        """
        found = self.records([TopicPartition(topic, partition) for topic, partition in partitions])
        return {(each.topic, each.partition): each.offset for each in found if each.offset >= 0}

    def records(self, wanted: list[TopicPartition]) -> list[TopicPartition]:
        """What is committed for each, with its metadata; an offset below 0 is none.

        Raises:
            KafkaException: no coordinator answers.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                found: list[TopicPartition] = self._consumer.committed(wanted, ANSWER)
                for each in found:
                    if each.error is not None:
                        raise KafkaException(each.error)
            except KafkaException:
                # A coordinator that has just come back is still reading its log.
                if time.monotonic() >= deadline:
                    raise
                time.sleep(0.1)
            else:
                return found
