"""How far partitions can be read now, asked by a client of its own: the one that may be stuck cannot be asked."""

from __future__ import annotations

from collections.abc import Iterable

from confluent_kafka import IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from stream.runtime.client import made
from stream.runtime.kafka import admin_config
from stream.runtime.settings import Settings

ANSWER = 10.0
"""Seconds for one answer."""


class Ends:
    """Blocks while it asks: call it in a thread. Raises `ClientSettingsError` when made."""

    def __init__(self, settings: Settings) -> None:
        self._admin = made(AdminClient, admin_config(settings))

    def ask(self, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """Return the last stable offset of each partition that answers; none while the brokers are away."""
        wanted = {TopicPartition(*each): OffsetSpec.latest() for each in partitions}
        if not wanted:
            return {}
        found = {}
        try:
            answers = self._admin.list_offsets(
                wanted, isolation_level=IsolationLevel.READ_COMMITTED, request_timeout=ANSWER
            )
            for at, future in answers.items():
                try:
                    found[(at.topic, at.partition)] = int(future.result().offset)
                except KafkaException:
                    continue
        except KafkaException:
            return found
        return found
