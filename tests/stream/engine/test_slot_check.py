"""A name belongs to one living worker: the second one ends, and fences nobody (engine rule 11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from confluent_kafka import KafkaError, KafkaException

from schemas.errors import CairnError
from stream.engine.roster import Member
from stream.engine.slot_check import MARGIN, SlotCheck
from stream.runtime.exits import Exit

SESSION = 10.0


@dataclass
class Name:
    """A slot that last was this member."""

    member: str | None = None
    transactional_id: str = "cairn-tracker-host-0"


class Group:
    """Members come and go by the clock: each is (member, gone at)."""

    def __init__(self, *members: tuple[Member, float]) -> None:
        self.now = 0.0
        self._members = members
        self.stops = float("inf")

    def members(self) -> Sequence[Member]:
        return [member for member, gone in self._members if self.now < gone]

    def rest(self, seconds: float) -> bool:
        self.now += seconds
        return self.now < self.stops


def member(name: str = "m-1", *, client_id: str = "cairn-consumer-host-0", instance: str | None = None) -> Member:
    return Member(name, client_id, instance, "10.0.0.7")


def check(group: Group, slot: Name, instance_id: str | None) -> None:
    SlotCheck(
        slot,
        group.members,
        client_id="cairn-consumer-host-0",
        instance_id=instance_id,
        session=SESSION,
        setting="tracker.host",
    ).wait(lambda: group.now, group.rest)


STATIC = member(client_id="any", instance="cairn-tracker-host-0")


@pytest.mark.parametrize(("found", "instance_id"), [(member(), None), (STATIC, "cairn-tracker-host-0")])
def test_a_living_worker_of_the_same_name_ends_this_one(found: Member, instance_id: str | None) -> None:
    """Exit 5, with where the other one runs and the setting that tells the two apart; nobody was fenced."""
    group = Group((found, float("inf")))
    with pytest.raises(CairnError, match=r"cairn-tracker-host-0: it runs on 10\.0\.0\.7") as held:
        check(group, Name(), instance_id)
    assert held.value.exit == Exit.SLOT_HELD
    assert not Exit.SLOT_HELD.worth_restarting
    assert "tracker.host" in (held.value.fix or "")
    assert group.now >= SESSION + MARGIN


@pytest.mark.parametrize(("found", "instance_id"), [(member(), None), (STATIC, "cairn-tracker-host-0")])
def test_a_dead_worker_of_the_same_name_is_waited_for(found: Member, instance_id: str | None) -> None:
    """A machine that was replaced under its old name: the coordinator hears of the death by the end of the session."""
    group = Group((found, SESSION))
    check(group, Name(), instance_id)
    assert SESSION <= group.now < SESSION + MARGIN


@pytest.mark.parametrize(("found", "instance_id"), [(member(), None), (STATIC, "cairn-tracker-host-0")])
def test_the_predecessor_in_this_directory_is_not_waited_for(found: Member, instance_id: str | None) -> None:
    """Who holds its lock knows that it is dead: a killed worker is back at once."""
    group = Group((found, float("inf")))
    check(group, Name("m-1"), instance_id)
    assert group.now == 0.0


def test_others_of_the_group_are_nobodys_business() -> None:
    """Another number of the same machine, another machine, a guest."""
    group = Group(
        (member(client_id="cairn-consumer-host-1", instance="cairn-tracker-host-1"), float("inf")),
        (member(client_id="cairn-guest"), float("inf")),
    )
    check(group, Name(), "cairn-tracker-host-0")
    assert group.now == 0.0


def test_a_stop_ends_the_wait() -> None:
    """SIGTERM meanwhile: the worker goes on to its end."""
    group = Group((member(), float("inf")))
    group.stops = 2.0
    check(group, Name(), None)
    assert group.now == 2.0


def test_a_group_that_cannot_be_asked_keeps_nobody_out() -> None:
    """Its coordinator is away: nobody can be in it either, and the producer says what is wrong."""

    class Away(Group):
        def members(self) -> Sequence[Member]:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT, "no answer"))

    check(Away(), Name(), None)
