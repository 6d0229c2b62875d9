"""What an error is about is asked for when it is told: the cluster names the topics and the numbers."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AclOperation

from stream.runtime.causes import CAUSES
from stream.runtime.exits import Exit
from stream.runtime.facts import UNKNOWN, ErrorFacts, least, session_bounds, topic_faults
from stream.runtime.verdicts import exit_of

TIMEOUT = KafkaError(KafkaError._TIMED_OUT)


def future(answer: Any) -> Future[Any]:
    """One that is done."""
    done: Future[Any] = Future()
    if isinstance(answer, Exception):
        done.set_exception(answer)
    else:
        done.set_result(answer)
    return done


def topic(*operations: AclOperation, leader: int | None = 1) -> Any:
    """A described topic of one partition."""
    partition = SimpleNamespace(id=0, leader=None if leader is None else SimpleNamespace(id=leader))
    return SimpleNamespace(authorized_operations=[*operations], partitions=[partition])


class FakeAdmin:
    """Answers by topic, and by broker."""

    def __init__(self, topics: dict[str, Any] | None = None, brokers: dict[int, Any] | None = None) -> None:
        self._topics, self._brokers = topics or {}, brokers or {}

    def describe_topics(self, _topics: Any, **_more: Any) -> dict[str, Future[Any]]:
        return {name: future(answer) for name, answer in self._topics.items()}

    def describe_cluster(self, **_more: Any) -> Future[Any]:
        return future(SimpleNamespace(nodes=[SimpleNamespace(id=each) for each in self._brokers]))

    def describe_configs(self, asked: Any, **_more: Any) -> dict[Any, Future[Any]]:
        found = {each: self._brokers[int(each.name)] for each in asked}
        return {
            each: future(
                answer
                if isinstance(answer, Exception)
                else {name: SimpleNamespace(value=str(number)) for name, number in answer.items()}
            )
            for each, answer in found.items()
        }


def test_topics_are_named_with_what_is_wrong_with_each() -> None:
    """An error of a transaction names none, or the wrong one: every topic in it fails with the first."""
    denied = KafkaException(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED))
    missing = KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART))
    admin: Any = FakeAdmin(
        {
            "in": topic(AclOperation.READ),
            "both": topic(AclOperation.READ),
            "out": topic(AclOperation.DESCRIBE),
            "hidden": denied,
            "gone": missing,
            "headless": topic(AclOperation.READ, leader=None),
        }
    )

    faults = topic_faults(admin, reads=["in", "both", "hidden", "headless"], writes=["both", "out", "gone"])

    assert faults == [
        "no Write on both",
        "no Write on out",
        "no Describe on hidden",
        "gone is missing",
        "headless has no leader for partition 0",
    ]


def test_the_least_of_all_brokers_counts() -> None:
    """Whichever coordinates the transactions of this worker; one that is down is passed over."""
    name = "transaction.max.timeout.ms"
    admin: Any = FakeAdmin(brokers={1: {name: 900_000}, 2: {name: 5_000}, 3: KafkaException(TIMEOUT)})

    assert least(admin, name) == "5000"


def test_session_bounds_are_those_of_every_broker() -> None:
    """Between the highest lower one and the lowest upper one."""
    bounds = {"group.min.session.timeout.ms": 6000, "group.max.session.timeout.ms": 300_000}
    admin: Any = FakeAdmin(brokers={1: bounds, 2: bounds | {"group.min.session.timeout.ms": 8000}})

    assert session_bounds(admin) == "8000 to 300000 ms"


def test_a_transaction_timeout_that_the_brokers_refuse_is_told_with_both_numbers() -> None:
    """Exit 2, with the names of both settings: a restart meets the same answer."""
    name = "transaction.max.timeout.ms"
    admin: Any = FakeAdmin(brokers={1: {name: 5_000}})
    facts = ErrorFacts(
        section="planner", transaction__timeout__ms="10000", transaction__max__timeout__ms=lambda: least(admin, name)
    )

    told = exit_of(KafkaError(KafkaError.INVALID_TRANSACTION_TIMEOUT)).told(facts)

    assert told.exit == Exit.USAGE
    assert "planner.transaction_timeout is 10000 ms" in told.what
    assert "5000 ms (their transaction.max.timeout.ms)" in told.what
    assert "planner.transaction_timeout" in (told.fix or "")


@pytest.mark.parametrize("code", sorted(CAUSES))
def test_an_error_can_be_told_when_the_cluster_does_not_answer(code: int) -> None:
    """The words that stand in its place make a sentence still."""

    def asked() -> str:
        raise KafkaException(TIMEOUT)

    told = exit_of(KafkaError(code)).told(ErrorFacts(**{name.replace(".", "__"): asked for name in UNKNOWN}))

    assert KafkaError(code).name() in told.what
    assert "%(" not in str(told)


def test_what_nobody_needs_is_not_asked() -> None:
    """A broker that is away would only be waited for."""

    def never() -> str:
        raise AssertionError("asked")

    told = exit_of(TIMEOUT).told(ErrorFacts(topics=never, transaction__max__timeout__ms=never))

    assert "no broker answers" in told.what
