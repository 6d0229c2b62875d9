"""What the engine asks the cluster beside the data: topics, partition counts, and where partitions begin and end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, NamedTuple

from confluent_kafka import IsolationLevel, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, OffsetSpec, ResourceType

from schemas.errors import CairnError
from stream.engine.topology import Topology
from stream.runtime.exits import Exit

ASK_TIMEOUT = 10.0
"""Seconds for a question asked before the first record."""


class Span(NamedTuple):
    """A partition's first offset and its next one (the high watermark, open transactions included)."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The topics of a topology as they are: ids, and the one partition count of all."""

    topic_ids: dict[str, str]
    partitions: int


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


class Cluster:
    """Questions through one admin client. Its read_uncommitted ends are what a restore must reach (engine rule 8)."""

    def __init__(self, admin: AdminClient) -> None:
        self._admin = admin

    def layout(self, topology: Topology) -> Layout:
        """Look at every topic of the topology.

        Raises:
            CairnError: DRIFT, when one is missing, the partition counts differ (rule 10), or a broadcast has several.
            KafkaException: the cluster did not answer.
        """
        broadcast = [topology.broadcast.topic] if topology.broadcast else []
        topics = TopicCollection([*topology.topics, *broadcast])
        asked = self._admin.describe_topics(topics, request_timeout=ASK_TIMEOUT)
        ids: dict[str, str] = {}
        counts: dict[str, int] = {}
        missing = []
        for topic, future in asked.items():
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
                fix="make them with `cairn topics apply`",
                exit=Exit.DRIFT,
            )
        for topic in broadcast:
            if (found := counts.pop(topic)) != 1:
                raise CairnError(
                    f"{topic} has {found} partitions: it is one log that every worker reads, so it must have one",
                    where="topics",
                    fix="make it anew with one partition: see `cairn topics plan`",
                    exit=Exit.DRIFT,
                )
        if len(set(counts.values())) != 1:
            raise CairnError(
                "topics differ in partitions: "
                + ", ".join(f"{topic} {count}" for topic, count in sorted(counts.items())),
                where="topics",
                fix="a contact must have one partition number everywhere: see `cairn topics plan`",
                exit=Exit.DRIFT,
            )
        return Layout(ids, counts[topology.changelog])

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
