"""Bounded reads of a topic: what is there now, from one offset to the end, and then stop."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from deploy.cli.topic_admin import TIMEOUT, refused
from schemas.errors import CairnError
from schemas.partitioner import partition_of
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from confluent_kafka import Consumer, Message, TopicPartition

    from deploy.cli.clients import Clients
    from schemas.record import Record

_BATCH = 2_000
# A read_committed reader waits for an open transaction: one of a dead worker ends after its timeout (10 s), and the
# broker looks for those every 10 s.
_STALL = 25.0


@dataclass(frozen=True)
class Span:
    """Offsets of one partition: `low` is the first, `high` one behind the last."""

    low: int
    high: int

    def newest(self, count: int) -> Span:
        """The last `count` offsets of it."""
        return Span(max(self.low, self.high - count), self.high)

    def narrowed(self, low: int) -> Span:
        """The part at `low` and behind."""
        return Span(min(max(self.low, low), self.high), self.high)


class TopicRecords:
    """Reads one topic by assignment, without a group: no worker is rebalanced and nothing is committed."""

    def __init__(self, clients: Clients, topic: str) -> None:
        self.topic = topic
        self._clients = clients
        self._reader = clients.reader()

    def spans(self, *, uncommitted: bool = False) -> dict[int, Span]:
        """What each partition holds; raises `CairnError` (exit 3) when the topic does not exist.

        The end is that of the committed records. With `uncommitted` it is the high watermark, behind the records of
        transactions that are open now: reading to there waits for their outcome.
        """
        if not uncommitted:
            return self._spans(self._reader)
        with closing(self._clients.reader(committed=False)) as probe:
            return self._spans(probe)

    def since(self, epoch_ms: int, spans: Mapping[int, Span]) -> dict[int, Span]:
        """`spans` cut to begin with the first record of `epoch_ms` or later."""
        from confluent_kafka import KafkaException, TopicPartition

        wanted = [TopicPartition(self.topic, partition, epoch_ms) for partition in spans]
        try:
            found = self._reader.offsets_for_times(wanted, timeout=TIMEOUT)
        except KafkaException as error:
            raise refused(self._clients.address, f"look up offsets of {self.topic} by time", error) from error
        # A negative offset: no record is that young.
        starts = {at.partition: at.offset for at in found}
        return {p: span.narrowed(starts[p] if starts[p] >= 0 else span.high) for p, span in spans.items()}

    def read(self, spans: Mapping[int, Span]) -> Iterator[Record]:
        """Every committed record in `spans`, in offset order within a partition.

        A partition is at its end when the *position* has reached it: the last offsets may be transaction markers or
        aborted records, which are never delivered. Raises `CairnError` when nothing moves for 25 s.
        """
        open_ = {partition: span.high for partition, span in spans.items() if span.low < span.high}
        if not open_:
            return
        self._reader.assign([self._at(partition, spans[partition].low) for partition in open_])
        positions: dict[int, int] = {}
        moved = time.monotonic()
        while open_:
            for message in self._reader.consume(_BATCH, timeout=0.1):
                record = self._record_in(message)
                if record is not None and record.offset() < spans[record.partition()].high:
                    yield record
            now = {at.partition: at.offset for at in self._reader.position([self._at(p) for p in open_])}
            for partition in [p for p, end in open_.items() if now[p] >= end]:
                del open_[partition]
                self._reader.incremental_unassign([self._at(partition)])
            if now != positions:
                positions, moved = now, time.monotonic()
            elif time.monotonic() - moved > _STALL:
                raise _stalled(self.topic, open_)

    def of(self, key: bytes, newest: int | None = None) -> Iterator[Record]:
        """The records of one key, oldest first, of the `newest` of its partition; None: of all. Raises as `read`."""
        spans = self.spans()
        partition = partition_of(key, len(spans))
        span = spans[partition] if newest is None else spans[partition].newest(newest)
        return (record for record in self.read({partition: span}) if record.key() == key)

    def elsewhere(self, key: bytes, newest: int) -> Iterator[Record]:
        """The records of a key that murmur2 would put elsewhere, of the `newest` of each partition; as `read`."""
        spans = self.spans()
        right = partition_of(key, len(spans))
        others = {partition: span.newest(newest) for partition, span in spans.items() if partition != right}
        return (record for record in self.read(others) if record.key() == key)

    def close(self) -> None:
        """Leave the brokers."""
        self._reader.close()

    def _spans(self, consumer: Consumer) -> dict[int, Span]:
        from confluent_kafka import KafkaException

        try:
            listed = consumer.list_topics(self.topic, timeout=TIMEOUT).topics[self.topic]
            if listed.error is not None:
                raise missing(self.topic, self._clients.address)
            ends = {p: consumer.get_watermark_offsets(self._at(p), timeout=TIMEOUT) for p in sorted(listed.partitions)}
        except KafkaException as error:
            raise refused(self._clients.address, f"read the offsets of {self.topic}", error) from error
        return {partition: Span(low, high) for partition, (low, high) in ends.items()}

    def _record_in(self, message: Message) -> Record | None:
        """The message as a record; None for the news that a partition is at its end."""
        from confluent_kafka import KafkaError, KafkaException

        problem = message.error()
        if problem is None:
            return cast("Record", message)
        if problem.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - the client has no public name for it
            raise refused(self._clients.address, f"read {self.topic}", KafkaException(problem))
        return None

    def _at(self, partition: int, offset: int | None = None) -> TopicPartition:
        from confluent_kafka import TopicPartition

        return (
            TopicPartition(self.topic, partition) if offset is None else TopicPartition(self.topic, partition, offset)
        )


def missing(topic: str, address: str) -> CairnError:
    """The error for a topic that is not there."""
    return CairnError(
        f"topic {topic} does not exist",
        where=f"brokers {address}",
        fix="`cairn topics plan` shows what is missing, `cairn topics apply` creates it",
        exit=Exit.DRIFT,
    )


def _stalled(topic: str, partitions: Iterable[int]) -> CairnError:
    return CairnError(
        f"could not read to the end: nothing moved for {_STALL:.0f} s",
        where=f"topic {topic}, partitions {', '.join(map(str, sorted(partitions)))}",
        fix="an open transaction holds the end back, or a leader is missing: wait a minute, then `cairn doctor`",
        exit=Exit.CANNOT_CONNECT,
    )
