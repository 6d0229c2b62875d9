"""Who owns what in a consumer group, as its coordinator knows it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple

from confluent_kafka import ConsumerGroupState, KafkaException
from confluent_kafka.admin import AdminClient

ANSWER_TIMEOUT = 5.0
"""Seconds for a question that nobody waits for; afterwards it is asked anew."""


class Owners(NamedTuple):
    """The partitions of `topic` that have an owner. Only of a group at rest all are known."""

    at_rest: bool
    owned: frozenset[int]


class Roster:
    """Asks without waiting: `ask`, then `answer` until there is one."""

    def __init__(self, make_admin: Callable[[], AdminClient], group: str, topic: str) -> None:
        self._make_admin = make_admin
        self._group = group
        self._topic = topic
        self._admin: AdminClient | None = None
        self._asked: Future[Any] | None = None

    def ask(self) -> None:
        """Ask, and go on."""
        self._admin = self._admin or self._make_admin()
        (self._asked,) = self._admin.describe_consumer_groups([self._group], request_timeout=ANSWER_TIMEOUT).values()

    def answer(self) -> Owners | None:
        """The answer to the last question; None while there is none.

        Raises:
            KafkaException: the coordinator could not say; ask again.
        """
        asked = self._asked
        if asked is None or not asked.done():
            return None
        self._asked = None
        try:
            found = asked.result()
        except KafkaException:
            # An admin client does not find a group's coordinator again that was away (librdkafka 2.16).
            self._admin = None
            raise
        owned = (at for member in found.members for at in member.assignment.topic_partitions)
        at_rest = found.state == ConsumerGroupState.STABLE
        return Owners(at_rest, frozenset(at.partition for at in owned if at.topic == self._topic))
