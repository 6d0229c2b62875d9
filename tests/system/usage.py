"""Usage events as an application writes them: JSON by the standard library, keyed by contact, partitioned by
murmur2.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Producer

PARTITION_BY_KEY = -1


@dataclass(frozen=True, slots=True)
class Usage:
    """One usage event. `at` is epoch ms; without it the record's timestamp counts."""

    contact: str
    id: str
    event: str = "documents_processed"
    value: Any = 1
    at: int | None = None
    backfill: bool = False

    def encode(self) -> bytes:
        """The record's value."""
        body: dict[str, Any] = {
            "id": self.id,
            "source": "test",
            "contact_id": self.contact,
            "event": self.event,
            "value": self.value,
        }
        if self.at is not None:
            body["at"] = self.at
        if self.backfill:
            body["backfill"] = True
        return json.dumps(body).encode()


class UsageProducer:
    """Writes events to a topic, in order, each acknowledged before `flush` returns."""

    def __init__(self, bootstrap: str, topic: str, **config: Any) -> None:
        self.topic = topic
        self._refused: list[str] = []
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "partitioner": "murmur2_random",
                "enable.idempotence": True,
                "linger.ms": 5,
                "compression.type": "lz4",
                **config,
            }
        )

    def send(self, events: Iterable[Usage]) -> None:
        """Write events and wait until the broker has them."""
        for event in events:
            self.put(event.encode(), event.contact.encode())
        self.flush()

    def put(
        self,
        value: bytes | None,
        key: bytes | None,
        partition: int = PARTITION_BY_KEY,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        """Write one record as it is."""
        while True:
            try:
                self._producer.produce(self.topic, value, key, partition, self._delivered, headers=list(headers))
            except BufferError:
                self._producer.poll(0.05)
            else:
                self._producer.poll(0)
                return

    def flush(self) -> None:
        """Wait until the broker has everything.

        Raises:
            AssertionError: it refused a record.
        """
        left = self._producer.flush(30)
        assert not left, f"{left} records were not taken in 30 s"
        assert not self._refused, f"refused: {self._refused[:3]}"

    def _delivered(self, error: Any, _message: Any) -> None:
        if error is not None:
            self._refused.append(str(error))
