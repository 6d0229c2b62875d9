"""What an error of Kafka is about, as only the role knows it: asked for when the error is told, and not before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AclOperation, AdminClient, ConfigResource, ResourceType

ANSWER = 5.0
"""Seconds for one question: the role ends in any case, and its last words are worth a moment."""

UNKNOWN: Mapping[str, str] = MappingProxyType(
    {
        "topics": "see the error for which",
        "group.id": "of this role",
        "transactional.id": "of this worker",
        "section": "the role",
        "session.timeout.ms": "its",
        "group.session.timeouts": "another range",
        "transaction.timeout.ms": "its",
        "transaction.max.timeout.ms": "fewer",
    }
)
"""Every fact, and what stands in its place where nobody knows it."""


class ErrorFacts:
    """A mapping for `%`: each fact is a text, or a question whose answer is one."""

    def __init__(self, **known: str | Callable[[], str]) -> None:
        """Take what is known; in the names `__` stands for a dot: `group__id`."""
        self._known = {name.replace("__", "."): value for name, value in known.items()}

    def naming(self, **known: str) -> ErrorFacts:
        """The same, with facts that are known for sure: those are not asked for."""
        more = ErrorFacts(**known)
        more._known = self._known | more._known
        return more

    def __getitem__(self, name: str) -> str:
        """Return a fact; where the cluster does not answer, the words of `UNKNOWN`."""
        value = self._known.get(name, "")
        if callable(value):
            try:
                value = value()
            except (KafkaException, KeyError, ValueError):
                value = ""
        return value or UNKNOWN[name]


NOTHING_KNOWN = ErrorFacts()


def topic_faults(admin: AdminClient, *, reads: Iterable[str] = (), writes: Iterable[str] = ()) -> list[str]:
    """Ask the cluster what keeps this principal from its topics: those that are missing, and rights that it lacks.

    An error of a transaction names no topic, or the wrong one: all of them fail with the first.

    Raises:
        KafkaException: the cluster did not answer.
    """
    wanted: dict[str, list[tuple[AclOperation, str]]] = {}
    for topics, right in ((reads, (AclOperation.READ, "Read")), (writes, (AclOperation.WRITE, "Write"))):
        for topic in topics:
            wanted.setdefault(topic, []).append(right)
    asked = admin.describe_topics(
        TopicCollection([*wanted]), include_authorized_operations=True, request_timeout=ANSWER
    )
    return [fault for topic, answer in asked.items() for fault in _faults(topic, answer, wanted[topic])]


def broker_setting(admin: AdminClient, name: str) -> list[int]:
    """A number in the configuration of every broker that answers.

    Raises:
        KafkaException: none did, or this principal may not ask.
    """
    nodes = admin.describe_cluster(request_timeout=ANSWER).result().nodes
    asked = [ConfigResource(ResourceType.BROKER, str(node.id)) for node in nodes]
    failure: KafkaException | None = None
    found = []
    for answer in admin.describe_configs(asked, request_timeout=ANSWER).values():
        try:
            found.append(int(answer.result()[name].value))
        except KafkaException as raised:
            failure = raised
    if not found and failure is not None:
        raise failure
    return found


def least(admin: AdminClient, name: str) -> str:
    """The smallest number that any broker has in this setting, as text."""
    return str(min(broker_setting(admin, name)))


def session_bounds(admin: AdminClient) -> str:
    """Between which session timeouts every broker agrees, in words."""
    low = max(broker_setting(admin, "group.min.session.timeout.ms"))
    high = min(broker_setting(admin, "group.max.session.timeout.ms"))
    return f"{low} to {high} ms"


def _faults(topic: str, answer: Any, rights: list[tuple[AclOperation, str]]) -> list[str]:
    try:
        described = answer.result()
    except KafkaException as raised:
        code = raised.args[0].code()
        if code == KafkaError.TOPIC_AUTHORIZATION_FAILED:
            return [f"no Describe on {topic}"]
        if code in (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC):  # noqa: SLF001 - a public code
            return [f"{topic} is missing"]
        raise
    allowed = described.authorized_operations
    lacking = [] if allowed is None else [name for right, name in rights if right not in allowed]
    leaderless = [str(each.id) for each in described.partitions if each.leader is None or each.leader.id < 0]
    faults = [f"no {name} on {topic}" for name in lacking]
    if leaderless:
        faults.append(f"{topic} has no leader for partition {', '.join(leaderless)}")
    return faults
