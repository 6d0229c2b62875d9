"""What a dispatcher asks of its topics before the first record."""

from __future__ import annotations

from collections.abc import Sequence

from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from schemas.errors import CairnError
from stream.runtime.exits import Exit

ANSWER = 10.0
"""Seconds for one answer."""


def check_partitions(admin: AdminClient, topics: Sequence[str]) -> int:
    """Return the one partition count of these topics.

    Raises:
        CairnError: DRIFT, when one is missing or the counts differ: receipts would miss the planner's row.
        KafkaException: the cluster did not answer.
    """
    known = admin.list_topics(timeout=ANSWER).topics
    counts = {each: len(known[each].partitions) for each in topics if each in known and not known[each].error}
    if missing := sorted(set(topics) - set(counts)):
        raise CairnError(
            f"missing: {', '.join(missing)}",
            where="topics",
            fix="make them with `cairn topics apply`",
            exit=Exit.DRIFT,
        )
    if len(set(counts.values())) != 1:
        raise CairnError(
            "topics differ in partitions: " + ", ".join(f"{topic} {count}" for topic, count in sorted(counts.items())),
            where="topics",
            fix="a contact must have one partition number everywhere: see `cairn topics plan`",
            exit=Exit.DRIFT,
        )
    return next(iter(counts.values()))


def record_bytes(admin: AdminClient, topic: str) -> int:
    """Ask for the largest record, in bytes, that a topic takes (`max.message.bytes`).

    Raises:
        KafkaException: the cluster did not answer.
    """
    (future,) = admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic)], request_timeout=ANSWER).values()
    return int(future.result()["max.message.bytes"].value)
