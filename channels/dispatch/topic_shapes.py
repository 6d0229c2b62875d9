"""What a dispatcher asks of its topics before the first record."""

from __future__ import annotations

from collections.abc import Sequence

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from schemas.errors import CairnError
from stream.runtime.exits import Exit
from stream.runtime.verdicts import error_of, exit_of

ANSWER = 10.0
"""Seconds for one answer."""


def check_partitions(admin: AdminClient, topics: Sequence[str]) -> int:
    """Return the one partition count of these topics.

    Each is asked for by name: a list leaves out those that may not be seen, as if they were not there.

    Raises:
        CairnError: DRIFT, when one is missing or the counts differ: receipts would miss the planner's row;
            CANNOT_CONNECT, when one may not be looked at.
        KafkaException: the cluster did not answer.
    """
    counts: dict[str, int] = {}
    missing: list[str] = []
    for topic, future in admin.describe_topics(TopicCollection([*topics]), request_timeout=ANSWER).items():
        try:
            counts[topic] = len(future.result().partitions)
        except KafkaException as raised:
            error = error_of(raised)
            if "UNKNOWN_TOPIC" in error.name():
                missing.append(topic)
            elif error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
                raise exit_of(error, topic) from None
            else:
                raise
    if missing:
        raise CairnError(
            f"missing: {', '.join(sorted(missing))}",
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
