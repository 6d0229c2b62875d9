"""Stand-ins for the Kafka clients: the calls that the engine makes, over topics in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from confluent_kafka import OFFSET_INVALID, Message, TopicPartition

from schemas.dead_letter import Headers
from schemas.record import Record
from stream.engine.cluster import AskedEnds, Cluster, Ends, Span
from stream.engine.identity import Layout
from stream.engine.topology import Topology
from stream.testing.coordinator import Coordinator
from stream.testing.log import Log

OnDelivery = Callable[[Any, Any], None]


class LogProducer:
    """A transactional `confluent_kafka.Producer`. `clock` gives the timestamp of what it produces, epoch ms."""

    def __init__(self, coordinator: Coordinator, clock: Callable[[], int]) -> None:
        self._coordinator = coordinator
        self._clock = clock
        self._epoch = 0
        self._offsets: dict[tuple[str, int], int] = {}
        self._reports: list[tuple[OnDelivery, Record]] = []

    def init_transactions(self, timeout: float) -> None:
        """Fence the older producer."""
        self._epoch = self._coordinator.enter()

    def begin_transaction(self) -> None:
        """Open a transaction."""
        self._offsets, self._reports = {}, []

    def produce(
        self,
        topic: str,
        value: bytes | None,
        key: bytes | None,
        partition: int,
        on_delivery: OnDelivery | None = None,
        headers: Headers = (),
    ) -> None:
        """Append to the open transaction."""
        record = self._coordinator.append(self._epoch, topic, partition, key, value, headers, self._clock())
        if on_delivery is not None:
            self._reports.append((on_delivery, record))

    def send_offsets_to_transaction(
        self,
        offsets: Sequence[TopicPartition],
        group_metadata: object,
        timeout: float,
    ) -> None:
        """Add the group's offsets to the open transaction."""
        self._coordinator.accept_offsets(self._epoch)
        self._offsets |= {(each.topic, each.partition): each.offset for each in offsets}

    def commit_transaction(self, timeout: float) -> None:
        """Report what was delivered, then commit."""
        self.poll(0)
        self._coordinator.commit(self._epoch, self._offsets)

    def abort_transaction(self, timeout: float) -> None:
        """Drop the open transaction."""
        self._coordinator.abort(self._epoch)

    def poll(self, timeout: float) -> int:
        """Serve the delivery reports."""
        reports, self._reports = self._reports, []
        for on_delivery, record in reports:
            on_delivery(None, record)
        return len(reports)

    def purge(self, **what: bool) -> None:
        """Forget what was not reported."""
        self._reports = []


class LogReader:
    """The restore consumer: no group, read_committed."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._positions: dict[tuple[str, int], int] = {}

    def incremental_assign(self, partitions: Iterable[TopicPartition]) -> None:
        """Read these too, from their offsets."""
        self._positions |= {(each.topic, each.partition): each.offset for each in partitions}

    def incremental_unassign(self, partitions: Iterable[TopicPartition]) -> None:
        """Read these no more."""
        for each in partitions:
            del self._positions[each.topic, each.partition]

    def assignment(self) -> list[TopicPartition]:
        """What is read."""
        return [TopicPartition(topic, number) for topic, number in self._positions]

    def consume(self, num_messages: int, timeout: float) -> list[Message]:
        """Read on, one partition after the other; a position passes what nobody can see."""
        found: list[Record] = []
        for (topic, number), position in self._positions.items():
            partition = self._log.partition(topic, number)
            records = partition.read(position, num_messages - len(found))
            ended = not partition.read(records[-1].offset() + 1 if records else position, 1)
            self._positions[topic, number] = partition.stable if ended else records[-1].offset() + 1
            found += records
            if len(found) == num_messages:
                break
        return cast(list[Message], found)

    def position(self, partitions: Iterable[TopicPartition]) -> list[TopicPartition]:
        """Where it goes on; -1001 for what is not assigned, as the client has it."""
        known = self._positions
        return [
            TopicPartition(each.topic, each.partition, known.get((each.topic, each.partition), OFFSET_INVALID))
            for each in partitions
        ]


class LogGroup:
    """The worker's own consumer, as far as a restore asks it: the group's committed offsets."""

    def __init__(self, coordinator: Coordinator) -> None:
        self._coordinator = coordinator

    def committed(self, partitions: Iterable[TopicPartition], timeout: float) -> list[TopicPartition]:
        """The offsets, -1001 where there is none."""
        known = self._coordinator.committed
        return [
            TopicPartition(each.topic, each.partition, known.get((each.topic, each.partition), OFFSET_INVALID))
            for each in partitions
        ]


class KnownEnds(AskedEnds):
    """A question that is answered at once."""

    def __init__(self, ends: Ends) -> None:
        self._ends = ends

    def answer(self) -> Ends:
        """The ends as they were when asked for."""
        return self._ends


class LogCluster(Cluster):
    """What the engine asks beside the data."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def layout(self, topology: Topology, timeout: float = 0.0) -> Layout:
        """Every topic is there; `Log.topic_ids` are their ids."""
        return Layout({topic: self._log.topic_ids[topic] for topic in topology.known}, self._log.partitions)

    def ask_ends(self, partitions: Iterable[tuple[str, int]], timeout: float) -> AskedEnds:
        """Next offsets, open transactions included."""
        return KnownEnds({at: span.high for at, span in self.spans(partitions, timeout).items()})

    def spans(self, partitions: Iterable[tuple[str, int]], timeout: float) -> dict[tuple[str, int], Span]:
        """First and next offsets, open transactions included."""
        found = {at: self._log.partition(*at) for at in partitions}
        return {at: Span(partition.low, partition.high) for at, partition in found.items()}
