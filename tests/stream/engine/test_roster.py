"""What the coordinator says of the members of a group."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka import ConsumerGroupState, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from stream.engine.roster import Owners, Roster

LEAD = "usage-events"


class FakeAdmin:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[Future[Any]] = []

    def describe_consumer_groups(self, groups: list[str], request_timeout: float) -> dict[str, Future[Any]]:
        self.asked.append(Future())
        return dict.fromkeys(groups, self.asked[-1])


@pytest.fixture
def admins() -> list[FakeAdmin]:
    """Those that the roster has made."""
    return []


@pytest.fixture
def roster(admins: list[FakeAdmin]) -> Roster:
    def make() -> AdminClient:
        admins.append(FakeAdmin())
        return cast(AdminClient, admins[-1])

    return Roster(make(), "cairn-tracker", LEAD, renew=make)


def member(*owned: tuple[str, int]) -> SimpleNamespace:
    return SimpleNamespace(assignment=SimpleNamespace(topic_partitions=[TopicPartition(*each) for each in owned]))


def test_nobody_waits_for_the_answer(roster: Roster, admins: list[FakeAdmin]) -> None:
    """It is there once, when it has come."""
    assert roster.look() is None
    assert roster.look() is None

    members = [member((LEAD, 0), ("contacts", 2)), member((LEAD, 1)), member()]
    admins[0].asked[0].set_result(SimpleNamespace(state=ConsumerGroupState.STABLE, members=members))
    assert roster.look() == Owners(at_rest=True, owned=frozenset({0, 1}))
    assert roster.look() is None
    assert len(admins[0].asked) == 2


def test_a_group_that_rebalances_is_not_at_rest(roster: Roster, admins: list[FakeAdmin]) -> None:
    roster.look()
    admins[0].asked[0].set_result(SimpleNamespace(state=ConsumerGroupState.PREPARING_REBALANCING, members=[]))

    assert roster.look() == Owners(at_rest=False, owned=frozenset())


def test_after_a_failure_another_client_asks(roster: Roster, admins: list[FakeAdmin]) -> None:
    """One that has lost the coordinator does not find it again."""
    roster.look()
    admins[0].asked[0].set_exception(KafkaException(KafkaError(KafkaError._TIMED_OUT)))
    with pytest.raises(KafkaException):
        roster.look()

    assert roster.look() is None
    admins[1].asked[0].set_result(SimpleNamespace(state=ConsumerGroupState.STABLE, members=[]))
    roster.look()
    roster.look()
    assert [len(admin.asked) for admin in admins] == [1, 2]
