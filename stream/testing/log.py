"""Topics in memory, with offsets as Kafka gives them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import cast

from confluent_kafka import Message

from schemas.dead_letter import Headers
from schemas.record import Record

CREATE_TIME = 1
"""The type of a record's timestamp: set by its producer."""


class Partition:
    """One partition of one topic.

    Every record takes an offset; so do records of an aborted transaction, which nobody sees, and the marker that ends a
    transaction. Offsets have the gaps that they have in Kafka: what relies on there being none fails here first.
    """

    def __init__(self, topic: str, number: int) -> None:
        self.topic = topic
        self.number = number
        self.low = 0
        self.high = 0
        self._records: list[Record] = []
        self._open: list[int] = []

    @property
    def stable(self) -> int:
        """The last stable offset: where the first open transaction begins, else the end."""
        return self._open[0] if self._open else self.high

    def append(self, key: bytes | None, value: bytes | None, headers: Headers, timestamp_ms: int) -> Record:
        """Add a record that is visible at once."""
        record = self._numbered(key, value, headers, timestamp_ms)
        self._records.append(record)
        return record

    def open(self, key: bytes | None, value: bytes | None, headers: Headers, timestamp_ms: int) -> Record:
        """Add a record of an open transaction: it takes its offset now and is seen after `end`."""
        record = self._numbered(key, value, headers, timestamp_ms)
        self._open.append(record.offset())
        return record

    def end(self, records: Sequence[Record], *, commit: bool) -> None:
        """End the open transaction of these records with a marker; from now on they are visible, or gone."""
        ended = {each.offset() for each in records}
        self._open = [offset for offset in self._open if offset not in ended]
        if commit:
            self._records = sorted([*self._records, *records], key=_offset)
        self.high += 1

    def read(self, offset: int, limit: int) -> list[Record]:
        """Return up to `limit` visible records from `offset` on, none at or behind an open transaction."""
        first = bisect_left(self._records, offset, key=_offset)
        return [each for each in self._records[first : first + limit] if each.offset() < self.stable]

    def compact(self) -> None:
        """Keep the last record of each key, tombstones too, as Kafka does within delete.retention.ms."""
        last = {each.key(): each.offset() for each in self._records}
        self._records = [each for each in self._records if last[each.key()] == each.offset()]

    def delete_before(self, offset: int) -> None:
        """Delete the head, as retention does."""
        self.low = max(self.low, min(offset, self.high))
        self._records = [each for each in self._records if each.offset() >= self.low]

    def _numbered(self, key: bytes | None, value: bytes | None, headers: Headers, timestamp_ms: int) -> Record:
        # The client's own class, so that what works on a record here works on one from Kafka.
        message = Message(
            topic=self.topic,
            partition=self.number,
            offset=self.high,
            key=key,
            value=value,
            headers=list(headers) or None,
            timestamp=(CREATE_TIME, timestamp_ms),
        )
        self.high += 1
        return cast(Record, message)


class Log:
    """Topics by name, all with the same number of partitions, but for `broadcast`, which has one."""

    def __init__(self, topics: Iterable[str], partitions: int, broadcast: str | None = None) -> None:
        self.partitions = partitions
        self._topics = {topic: [Partition(topic, number) for number in range(partitions)] for topic in topics}
        if broadcast is not None:
            self._topics[broadcast] = [Partition(broadcast, 0)]
        self._visible: dict[str, list[Record]] = {topic: [] for topic in self._topics}
        self.topic_ids = {topic: topic for topic in self._topics}
        """The identity of each topic: its name, until it is made anew."""

    def make_anew(self, topic: str) -> None:
        """Delete a topic with all of its records, and make one of the same name.

        Raises:
            LookupError: no such topic.
        """
        self._topics[topic] = [Partition(topic, each.number) for each in self._known(topic)]
        self.topic_ids[topic] += "+"

    def partition(self, topic: str, number: int) -> Partition:
        """One partition.

        Raises:
            LookupError: no such topic, or no such partition of it.
        """
        known = self._known(topic)
        if not 0 <= number < len(known):
            raise LookupError(f"{topic} has the partitions 0 to {len(known) - 1}, not {number}")
        return known[number]

    def count(self, topic: str) -> int:
        """The number of partitions of a topic.

        Raises:
            LookupError: no such topic.
        """
        return len(self._known(topic))

    def visible(self, topic: str) -> Sequence[Record]:
        """Every record that a read_committed reader has seen, in the order in which they became visible."""
        self._known(topic)
        return self._visible[topic]

    def show(self, records: Iterable[Record]) -> None:
        """Note that records became visible."""
        for each in records:
            self._visible[each.topic()].append(each)

    def _known(self, topic: str) -> list[Partition]:
        if topic not in self._topics:
            raise LookupError(f"the topology has no topic {topic!r}; it has {', '.join(self._topics)}")
        return self._topics[topic]


def _offset(record: Record) -> int:
    return record.offset()
