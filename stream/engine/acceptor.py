"""Looks at a stopped processor's state and topics, and binds the state to the topics as they are (`acceptance.py`)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from schemas.errors import CairnError
from stream.engine.acceptance import Acceptance, Source, Start, State, StateEvidence, decide
from stream.engine.changelog import LABEL_KEY, ORIGIN_KEY, POSITIONS_KEY, Label, Positions, is_whole
from stream.engine.cluster import Cluster, Span
from stream.engine.identity import Layout
from stream.engine.roster import members_of
from stream.engine.stores.rocks import RocksStore, StoreMemory
from stream.engine.stores.store import Store, StoreError
from stream.engine.topology import Topology
from stream.runtime.exits import Exit
from stream.runtime.verdicts import error_of, exit_of

ANSWER = 10.0
"""Seconds for one question to the cluster."""
SILENCE = 30.0
"""Seconds without a record after which a changelog is not readable: an open transaction ends within 20."""
CHUNK = 10_000
"""Rows of one transaction when a store is written back: some megabytes."""


class AcceptorClients(NamedTuple):
    """What an acceptor works with: `group` asks for committed offsets, `reader` reads committed records."""

    admin: AdminClient
    group: Consumer
    reader: Consumer
    producer: Producer


class Acceptor:
    """One processor whose workers have all been stopped. `state_dir` is where its workers on this machine keep state.

    Raises:
        CairnError: DRIFT, when topics are missing or differ in partitions; CANNOT_CONNECT.
    """

    def __init__(self, topology: Topology, state_dir: Path, clients: AcceptorClients) -> None:
        self.topology = topology
        self._clients = clients
        self._cluster = Cluster(clients.admin)
        self._state_dir = state_dir
        try:
            self.layout: Layout = self._cluster.layout(topology)
        except KafkaException as raised:
            raise exit_of(error_of(raised)) from raised

    def check_stopped(self) -> None:
        """See that nobody is at work.

        Raises:
            CairnError: USAGE, while the group has members.
        """
        members = members_of(self._clients.admin, self.topology.app)
        if members:
            raise CairnError(
                f"workers of {self.topology.app} are at work: {len(members)}",
                where=", ".join(f"{each.client_id} on {each.host}" for each in members[:5]),
                fix="stop all of them first; one that has stopped or was killed just now stays in its group until its "
                "session ends (session_timeout, 10 s by default): then repeat this",
                exit=Exit.USAGE,
            )

    def evidence(self) -> Iterator[StateEvidence]:
        """Look at one partition after the other; changelogs are read whole.

        Raises:
            CairnError: DRIFT, when a row has a format that this release does not know, or a changelog cannot be read.
            KafkaException: the cluster did not answer.
        """
        inputs = [each.topic for each in self.topology.partitioned]
        for partition in range(self.layout.partitions):
            places = [(topic, partition) for topic in (self.topology.changelog, *inputs)]
            spans = self._cluster.spans(places, ANSWER)
            span = spans[self.topology.changelog, partition]
            asked = [TopicPartition(topic, partition) for topic in inputs]
            committed = {
                at.topic: at.offset
                for at in self._clients.group.committed(asked, timeout=ANSWER)
                if at.error is None and at.offset >= 0
            }
            store, path = self._store(partition)
            yield StateEvidence(
                partition,
                span,
                {topic: spans[topic, partition] for topic in inputs},
                committed,
                self._changelog(partition, span),
                store,
                path,
            )

    def decide(self, evidence: StateEvidence, starts: Mapping[str, Start]) -> Acceptance:
        """Say what the partition can go on with; `starts` say where in inputs that are other topics now."""
        return decide(self.topology, self.layout, replace(evidence, starts=starts))

    def from_moment(self, topic: str, moment_ms: int) -> Start:
        """Go on at the first record of that moment (epoch ms) or later; at the end of a partition without one.

        Raises:
            KafkaException: the cluster did not answer.
        """
        asked = [TopicPartition(topic, each, moment_ms) for each in range(self.layout.partitions)]
        found = {at.partition: at.offset for at in self._clients.reader.offsets_for_times(asked, timeout=ANSWER)}

        def start(partition: int, span: Span, kept: int) -> int:
            return found[partition] if found[partition] >= 0 else span.high

        return start

    def write(self, decision: Acceptance) -> int:
        """Bind the state of a partition to the topics as they are; return how many rows were written back.

        First the group's offsets, then the positions: whatever dies in between, the state is refused as before.

        Raises:
            CairnError: FENCED or CANNOT_CONNECT.
            KafkaException: the brokers refused.
            StoreError: the local store cannot be read.
        """
        self._set_offsets(decision)
        rows = 0
        if decision.source is Source.STORE and decision.path is not None:
            rows = self._write_back(decision.path, decision.partition)
        self._produce(decision.partition, self._bound(decision))
        return rows

    def _bound(self, decision: Acceptance) -> list[tuple[bytes, bytes]]:
        """The rows that make the state one of these topics."""
        counts = dict.fromkeys(self.topology.topics, self.layout.partitions)
        ids = {topic: self.layout.topic_ids[topic] for topic in self.topology.known}
        positions = Positions(dict(decision.offsets), counts, ids, decision.partition)
        stamp = bytes((self.topology.formats.writes,))
        return [(ORIGIN_KEY, stamp), (POSITIONS_KEY, positions.encode(self.topology.formats))]

    def _set_offsets(self, decision: Acceptance) -> None:
        offsets = [TopicPartition(topic, decision.partition, at) for topic, at in decision.offsets.items()]
        asked = [ConsumerGroupTopicPartitions(self.topology.app, offsets)]
        for future in self._clients.admin.alter_consumer_group_offsets(asked, request_timeout=ANSWER).values():
            future.result()

    def _write_back(self, path: Path, partition: int) -> int:
        rows = 0
        store = RocksStore(path, StoreMemory())
        try:
            # Rows alone: origin and positions come when all of them are there, so that a part never looks whole.
            walk = (row for row in store.scan(b"\x00", b"\xff") if row[0] not in (LABEL_KEY, POSITIONS_KEY, ORIGIN_KEY))
            while chunk := [*islice(walk, CHUNK)]:
                self._produce(partition, chunk)
                rows += len(chunk)
        finally:
            store.close()
        return rows

    def _produce(self, partition: int, rows: Sequence[tuple[bytes, bytes]]) -> None:
        producer = self._clients.producer
        producer.begin_transaction()
        for key, value in rows:
            while True:
                try:
                    producer.produce(self.topology.changelog, value, key, partition)
                except BufferError:
                    producer.poll(0.05)
                else:
                    break
        producer.commit_transaction(SILENCE)

    def _changelog(self, partition: int, span: Span) -> State | None:
        """Read a changelog to its end: its last positions, and whether it has its origin."""
        reader, at = self._clients.reader, TopicPartition(self.topology.changelog, partition, span.low)
        if span.high == span.low:
            return None
        positions: bytes | None = None
        origin: bytes | None = None
        moved = time.monotonic()
        reader.assign([at])
        try:
            while reader.position([at])[0].offset < span.high:
                # `Any`: the client's types allow None where a consumed record has none.
                messages: list[Any] = reader.consume(CHUNK, 0.2)
                moved = time.monotonic() if messages else moved
                if time.monotonic() - moved > SILENCE:
                    raise CairnError(
                        f"{self.topology.changelog} cannot be read to its end",
                        where=f"partition {partition}, up to {span.high}",
                        fix="see that its brokers are up, and that no transaction is left open on it",
                        exit=Exit.CANNOT_CONNECT,
                    )
                for message in messages:
                    if message.error() is None and message.key() == POSITIONS_KEY:
                        positions = message.value()
                    elif message.error() is None and message.key() == ORIGIN_KEY:
                        origin = message.value()
        finally:
            reader.unassign()
        return None if positions is None else self._state(positions, origin)

    def _state(self, positions: bytes, origin: bytes | None) -> State:
        known = Positions.decode(positions, self.topology.formats)
        return State(known, is_whole(known, origin))

    def _store(self, partition: int) -> tuple[State | None, Path | None]:
        """The local store of a partition that has come furthest, of all workers on this machine."""
        found: list[tuple[int, Path, State]] = []
        for path in sorted((self._state_dir / self.topology.app).glob(f"*/{partition}")):
            try:
                store = RocksStore(path, StoreMemory())
            except StoreError:
                continue  # damaged: as good as none
            try:
                state = self._state_of(store, partition)
            finally:
                store.close()
            if state is not None:
                found.append((state.positions.offsets.get(self.topology.lead.topic, 0), path, state))
        if not found:
            return None, None
        _, path, state = max(found, key=lambda each: each[0])
        return state, path

    def _state_of(self, store: Store, partition: int) -> State | None:
        label, positions, origin = store.get_many([LABEL_KEY, POSITIONS_KEY, ORIGIN_KEY])
        if label is None or positions is None:
            return None
        try:
            if Label.decode(label).partition != partition:
                return None
        except msgspec.MsgspecError:
            return None
        return self._state(positions, origin)
