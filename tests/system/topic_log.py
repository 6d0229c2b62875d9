"""What stands in the partitions of a topic: ends, and records up to them, as committed or uncommitted readers see
it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from confluent_kafka import Consumer, IsolationLevel, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

ANSWER = 10.0
"""Seconds for one answer of the broker."""
CLIENT: Mapping[str, Any] = {"reconnect.backoff.max.ms": 1000, "log_level": 2}
"""Of every client that watches: a broker stopped on purpose is found again soon, and its absence is no news."""
ADMIN: Mapping[str, Any] = {**CLIENT, "metadata.max.age.ms": 2000}
"""Of admin clients: they hold leaders to their old epochs as long as they remember them."""
SETTLED = 30.0
"""Seconds within which a broker that came back under load knows its own leaders again."""
_SETTLING = {
    KafkaError.FENCED_LEADER_EPOCH,
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.UNKNOWN_LEADER_EPOCH,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError._TIMED_OUT,
    KafkaError._TRANSPORT,
}


class TopicLog:
    """Reads one topic. `committed` False shows records of open and aborted transactions too."""

    def __init__(self, bootstrap: str, topic: str, partitions: int, *, committed: bool = True) -> None:
        self.topic = topic
        self.records: list[Any] = []
        """Everything read so far, in the order of each partition."""
        self._partitions = range(partitions)
        self._admin = AdminClient({**ADMIN, "bootstrap.servers": bootstrap})
        self._consumer = Consumer(
            {
                **CLIENT,
                "bootstrap.servers": bootstrap,
                "group.id": "reads-and-never-commits",
                "isolation.level": "read_committed" if committed else "read_uncommitted",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
                "fetch.wait.max.ms": 50,
            }
        )
        # From the first record that is there, not from 0: a head may have been deleted.
        self._consumer.assign([TopicPartition(topic, each, low) for each, low in self.starts().items()])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Read no more."""
        self._consumer.close()

    def starts(self) -> dict[int, int]:
        """The first offset of each partition."""
        return self._offsets(OffsetSpec.earliest())

    def ends(self) -> dict[int, int]:
        """The next offset of each partition, open transactions included."""
        return self._offsets(OffsetSpec.latest())

    def stable_ends(self) -> dict[int, int]:
        """How far a read_committed reader may come in each partition: to the first open transaction."""
        return self._offsets(OffsetSpec.latest(), IsolationLevel.READ_COMMITTED)

    def positions(self) -> dict[int, int]:
        """How far this reader has come."""
        at = self._consumer.position([TopicPartition(self.topic, each) for each in self._partitions])
        starts = None
        found = {}
        for each in at:
            if each.offset < 0:
                starts = starts or self.starts()
            found[each.partition] = each.offset if each.offset >= 0 else (starts or {})[each.partition]
        return found

    def poll(self, seconds: float = 0.1) -> list[Any]:
        """Read what comes in this time; returns the new records."""
        new = [each for each in self._consumer.consume(10_000, seconds) if each.error() is None]
        self.records += new
        return new

    def read_to(self, ends: Mapping[int, int], within: float = 30) -> list[Any]:
        """Read until the position has reached `ends` in every partition; returns all records read so far.

        Raises:
            AssertionError: an open transaction, or a slow broker, kept it from there.
        """
        deadline = time.monotonic() + within
        while True:
            self.poll()
            behind = {each: (at, ends[each]) for each, at in self.positions().items() if at < ends[each]}
            if not behind:
                return self.records
            assert time.monotonic() < deadline, f"{self.topic}: (position, end) after {within:g} s: {behind}"

    def read_all(self, within: float = 30) -> list[Any]:
        """Read to the end as it is now, open transactions included: with one open it waits for its outcome."""
        return self.read_to(self.ends(), within)

    def by_partition(self) -> dict[int, list[Any]]:
        """The records read so far, by partition."""
        found: dict[int, list[Any]] = {each: [] for each in self._partitions}
        for record in self.records:
            found[record.partition()].append(record)
        return found

    def _offsets(self, spec: OffsetSpec, isolation: IsolationLevel = IsolationLevel.READ_UNCOMMITTED) -> dict[int, int]:
        asked = {TopicPartition(self.topic, each): spec for each in self._partitions}
        deadline = time.monotonic() + SETTLED
        while True:
            answers = self._admin.list_offsets(asked, isolation_level=isolation, request_timeout=ANSWER)
            try:
                return {at.partition: future.result().offset for at, future in answers.items()}
            except KafkaException as raised:
                # A topic that was made a moment ago: its leader is known to the controller before it is to itself.
                if raised.args[0].code() not in _SETTLING or time.monotonic() > deadline:
                    raise
