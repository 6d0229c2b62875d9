"""What the engine asks the cluster beside the data: topics, partition counts, and where partitions begin and end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, wait
from typing import Any, NamedTuple

from confluent_kafka import IsolationLevel, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, OffsetSpec, ResourceType

from schemas.errors import CairnError
from stream.engine.identity import Layout, recount_fix
from stream.engine.topology import Topology
from stream.runtime.exits import Exit

ASK_TIMEOUT = 10.0
"""Seconds for a question asked before the first record."""


class Span(NamedTuple):
    """A partition's first offset and its next one (the high watermark, open transactions included)."""

    low: int
    high: int


Ends = dict[tuple[str, int], int]
"""The next offset by topic and partition, open transactions included."""


class AskedEnds:
    """A question that is on its way; nobody waits for it."""

    def __init__(self, futures: Mapping[TopicPartition, Future[Any]]) -> None:
        self._futures = futures

    def answer(self) -> Ends | None:
        """The ends; None while the cluster has not answered.

        Raises:
            KafkaException: it could not; ask again.
        """
        if not all(future.done() for future in self._futures.values()):
            return None
        return {(at.topic, at.partition): future.result().offset for at, future in self._futures.items()}


class AskedLayout:
    """A question for the topics that is on its way."""

    def __init__(self, topology: Topology, futures: Mapping[str, Future[Any]]) -> None:
        self._topology = topology
        self._futures = futures

    @property
    def answered(self) -> bool:
        """Whether `layout` has what it needs."""
        return all(future.done() for future in self._futures.values())

    def wait(self) -> None:
        """Wait until it is answered, or has failed."""
        wait(self._futures.values())

    def layout(self) -> Layout:
        """Return the answer.

        Raises:
            CairnError: DRIFT, when a topic is missing, the partition counts differ (rule 10), or a broadcast has
                several.
            KafkaException: the cluster did not answer.
        """
        ids: dict[str, str] = {}
        counts: dict[str, int] = {}
        missing = []
        for topic, future in self._futures.items():
            try:
                described = future.result()
            except KafkaException as raised:
                if "UNKNOWN_TOPIC" not in raised.args[0].name():
                    raise
                missing.append(topic)
                continue
            ids[topic] = str(described.topic_id)
            counts[topic] = len(described.partitions)
        if missing:
            raise CairnError(
                f"missing: {', '.join(sorted(missing))}",
                where="topics",
                fix="if they were never made: `cairn topics apply`; if somebody deleted them, bring them back first",
                exit=Exit.DRIFT,
            )
        if self._topology.broadcast is not None:
            _check_broadcast(self._topology.broadcast.topic, counts.pop(self._topology.broadcast.topic))
        return Layout(ids, _the_one_count(counts))


class Cluster:
    """Questions through one admin client. Its read_uncommitted ends are what a restore must reach (engine rule 8)."""

    def __init__(self, admin: AdminClient) -> None:
        self._admin = admin

    def layout(self, topology: Topology, timeout: float = ASK_TIMEOUT) -> Layout:
        """Look at every topic of the topology, for at most `timeout` seconds.

        Raises:
            CairnError: DRIFT, when one is missing, the partition counts differ (rule 10), or a broadcast has several.
            KafkaException: the cluster did not answer.
        """
        asked = self.ask_layout(topology, timeout)
        asked.wait()
        return asked.layout()

    def ask_layout(self, topology: Topology, timeout: float) -> AskedLayout:
        """Ask for every topic of the topology, and go on without the answer."""
        topics = TopicCollection([*topology.known])
        return AskedLayout(topology, self._admin.describe_topics(topics, request_timeout=timeout))

    def record_bytes(self, topics: Iterable[str]) -> int:
        """Ask for the largest record, in bytes, that all of these topics take (`max.message.bytes`).

        Raises:
            KafkaException: the cluster did not answer.
        """
        asked = [ConfigResource(ResourceType.TOPIC, topic) for topic in topics]
        answers = self._admin.describe_configs(asked, request_timeout=ASK_TIMEOUT)
        return min(int(future.result()["max.message.bytes"].value) for future in answers.values())

    def ask_ends(self, partitions: Iterable[tuple[str, int]], timeout: float) -> AskedEnds:
        """Ask for the next offset of each partition, open transactions included, and go on without the answer."""
        wanted = {TopicPartition(topic, partition): OffsetSpec.latest() for topic, partition in partitions}
        return AskedEnds(
            self._admin.list_offsets(wanted, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=timeout)
        )

    def spans(self, partitions: Iterable[tuple[str, int]], timeout: float) -> dict[tuple[str, int], Span]:
        """Ask for the first and the next offset of each partition, records of open transactions included.

        Raises:
            KafkaException: the cluster did not answer within `timeout` seconds.
        """
        wanted = [TopicPartition(topic, partition) for topic, partition in partitions]
        found = []
        for spec in (OffsetSpec.earliest(), OffsetSpec.latest()):
            futures = self._admin.list_offsets(
                dict.fromkeys(wanted, spec),
                isolation_level=IsolationLevel.READ_UNCOMMITTED,
                request_timeout=timeout,
            )
            found.append({(at.topic, at.partition): future.result().offset for at, future in futures.items()})
        low, high = found
        return {at: Span(low[at], high[at]) for at in low}


def _check_broadcast(topic: str, partitions: int) -> None:
    if partitions != 1:
        raise CairnError(
            f"{topic} has {partitions} partitions: it is one log that every worker reads, so it must have one",
            where="topics",
            fix="make it anew with one partition, write its records again in their order, then `cairn topics accept`",
            exit=Exit.DRIFT,
        )


def _the_one_count(counts: Mapping[str, int]) -> int:
    """The count that all have. Where they differ, the one that most have is taken for the right one."""
    ((usual, _), *others) = Counter(counts.values()).most_common()
    if not others:
        return usual
    odd = [topic for topic, count in sorted(counts.items()) if count != usual]
    raise CairnError(
        "topics differ in partitions: " + ", ".join(f"{topic} {count}" for topic, count in sorted(counts.items())),
        where="topics",
        fix="a contact must have one partition number everywhere: " + recount_fix(" and ".join(odd), usual),
        exit=Exit.DRIFT,
    )
