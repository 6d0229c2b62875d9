"""What the coordinator says of the members of a group."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka import ConsumerGroupState, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from stream.engine.roster import Member, Owners, Roster, members_of

LEAD = "usage-events"


class FakeAdmin:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[Future[Any]] = []
        self.answers: list[Any] = []

    def describe_consumer_groups(self, groups: list[str], request_timeout: float) -> dict[str, Future[Any]]:
        self.asked.append(Future())
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            self.asked[-1].set_exception(answer)
        elif answer is not None:
            self.asked[-1].set_result(answer)
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


def test_members_are_told_with_where_they_are() -> None:
    """As the coordinator gives them: a slash before the address, an empty text for no static id."""
    admin = FakeAdmin()
    found = [
        SimpleNamespace(member_id="m-1", client_id="cairn-consumer-a-0", group_instance_id="a-0", host="/10.0.0.7"),
        SimpleNamespace(member_id="m-2", client_id="cairn-guest", group_instance_id="", host="10.0.0.8"),
    ]
    admin.answers = [SimpleNamespace(members=found), KafkaException(KafkaError(KafkaError.GROUP_ID_NOT_FOUND))]
    assert members_of(cast(AdminClient, admin), "cairn-tracker") == [
        Member("m-1", "cairn-consumer-a-0", "a-0", "10.0.0.7"),
        Member("m-2", "cairn-guest", None, "10.0.0.8"),
    ]
    assert members_of(cast(AdminClient, admin), "cairn-tracker") == []
