"""Who owns what in a consumer group, as its coordinator knows it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple

from confluent_kafka import ConsumerGroupState, KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

ANSWER_TIMEOUT = 5.0
"""Seconds for a question that nobody waits for; afterwards it is asked anew."""


class Owners(NamedTuple):
    """The partitions of `topic` that have an owner. Only of a group at rest all are known."""

    at_rest: bool
    owned: frozenset[int]


class Member(NamedTuple):
    """Who is in a group: its id there, what its client calls itself, its static id if it has one, and its address."""

    id: str
    client_id: str
    instance_id: str | None
    host: str


def members_of(admin: AdminClient, group: str) -> list[Member]:
    """Ask who is in a group, and wait for the answer; a group that is not there yet has nobody.

    Raises:
        KafkaException: the coordinator could not say.
    """
    (asked,) = admin.describe_consumer_groups([group], request_timeout=ANSWER_TIMEOUT).values()
    try:
        found = asked.result().members
    except KafkaException as raised:
        if raised.args[0].code() == KafkaError.GROUP_ID_NOT_FOUND:
            return []
        raise
    return [
        Member(each.member_id, each.client_id, each.group_instance_id or None, each.host.lstrip("/")) for each in found
    ]


class Roster:
    """Asks through `admin`, and after a failure through another one, which `renew` makes."""

    def __init__(self, admin: AdminClient, group: str, topic: str, *, renew: Callable[[], AdminClient]) -> None:
        self._admin = admin
        self._group = group
        self._topic = topic
        self._renew = renew
        self._asked: Future[Any] | None = None

    def look(self) -> Owners | None:
        """Return the answer that has come; None while there is none, and at first, when this asks. Waits for nothing.

        Raises:
            KafkaException: the coordinator could not say; look again later.
        """
        if self._asked is None:
            asked = self._admin.describe_consumer_groups([self._group], request_timeout=ANSWER_TIMEOUT)
            (self._asked,) = asked.values()
            return None
        if not self._asked.done():
            return None
        answer, self._asked = self._asked, None
        try:
            found = answer.result()
        except KafkaException:
            # An admin client does not find a group's coordinator again that was away (librdkafka 2.16).
            self._admin = self._renew()
            raise
        owned = (at for member in found.members for at in member.assignment.topic_partitions)
        at_rest = found.state == ConsumerGroupState.STABLE
        return Owners(at_rest, frozenset(at.partition for at in owned if at.topic == self._topic))
