"""Partitions that nobody owns find an owner; a group in which each has one is left alone (engine rule 11)."""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaError, KafkaException

from stream.engine.orphans import LONGEST_VISIT, PATIENCE, VISIT, Orphans
from stream.engine.roster import Owners

WHOLE = Owners(at_rest=True, owned=frozenset(range(4)))
LACKS_TWO = Owners(at_rest=True, owned=frozenset({0, 1, 3}))
LACKS_ONE = Owners(at_rest=True, owned=frozenset({0, 2, 3}))
REBALANCES = Owners(at_rest=False, owned=frozenset())


class Guest:
    """One that has its name at once, if it gets any."""

    def __init__(self, name: str | None = "guest-1") -> None:
        self.name = name
        self.left = False

    def memberid(self) -> str | None:
        return self.name

    def close(self) -> None:
        self.left = True


class Group:
    """Says `now_says` of itself; half a second passes between two turns."""

    def __init__(self, now_says: Owners | KafkaException | None = WHOLE, guest_name: str | None = "guest-1") -> None:
        self.now_says = now_says
        self.asked = 0
        self._asking = False
        self.now = 100.0
        self.guests: list[Guest] = []
        self._guest_name = guest_name
        self.orphans = Orphans(self, self.invite)

    def look(self) -> Owners | None:
        self._asking = not self._asking
        if self._asking:
            self.asked += 1
            return None
        if isinstance(self.now_says, KafkaException):
            raise self.now_says
        return self.now_says

    def invite(self) -> Guest:
        self.guests.append(Guest(self._guest_name))
        return self.guests[-1]

    def turns(self, seconds: float) -> None:
        """Let so much time pass."""
        for _ in range(round(seconds * 2)):
            self.now += 0.5
            self.orphans.turn(self.now, 4)


def test_a_group_in_which_every_partition_has_an_owner_is_asked_once() -> None:
    group = Group()
    group.turns(60)

    assert (group.asked, group.guests, group.orphans.settled) == (1, [], True)


def test_a_guest_comes_for_what_stays_without_an_owner_and_goes_again() -> None:
    """Not before the bound: who is to give a partition away may be about to."""
    group = Group(LACKS_TWO)
    group.turns(PATIENCE)
    assert not group.guests

    group.turns(2)
    assert [guest.left for guest in group.guests] == [False]

    group.now_says = WHOLE
    group.turns(VISIT + 2.5)
    assert [guest.left for guest in group.guests] == [True]
    assert group.orphans.settled


def test_what_lacks_an_owner_only_while_it_wanders_brings_no_guest() -> None:
    """Each rebalance, and each other partition, begins the wait again."""
    group = Group(LACKS_TWO)
    for said in (LACKS_TWO, REBALANCES, LACKS_TWO, LACKS_ONE, LACKS_TWO):
        group.now_says = said
        group.turns(PATIENCE - 1)
    assert (group.guests, group.orphans.settled) == ([], False)


def test_a_group_that_rebalances_is_asked_again() -> None:
    """Who owns what is not said while nobody knows."""
    group = Group(REBALANCES)
    group.turns(30)

    assert group.asked > 10
    assert not group.orphans.settled


def test_a_guest_that_was_in_vain_is_followed_by_another() -> None:
    group = Group(LACKS_TWO)
    group.turns(4 * PATIENCE + 10)

    assert len(group.guests) > 1
    assert all(guest.left for guest in group.guests[:-1])


def test_a_guest_that_is_not_let_in_goes_after_a_while() -> None:
    """Its coordinator may be away."""
    group = Group(LACKS_TWO, guest_name=None)
    group.turns(PATIENCE + 2)
    assert [guest.left for guest in group.guests] == [False]

    group.turns(LONGEST_VISIT)
    assert group.guests[0].left


def test_a_question_that_fails_is_asked_again_after_a_pause() -> None:
    group = Group(KafkaException(KafkaError(KafkaError._TIMED_OUT)))
    group.turns(PATIENCE)
    assert group.asked == 1

    group.now_says = WHOLE
    group.turns(PATIENCE)
    assert (group.asked, group.orphans.settled) == (2, True)


def test_a_worker_that_ends_leaves_no_guest_behind() -> None:
    group = Group(LACKS_TWO)
    group.turns(PATIENCE + 2)

    group.orphans.close()
    group.turns(30)
    assert [guest.left for guest in group.guests] == [True]


@pytest.mark.parametrize("fault", [RuntimeError("closed"), KafkaException(KafkaError(KafkaError._TRANSPORT))])
def test_a_guest_that_cannot_say_goodbye_stops_nobody(fault: Exception) -> None:
    """The broker ends its session."""
    group = Group(LACKS_TWO)
    group.turns(PATIENCE + 2)

    def fails() -> None:
        raise fault

    group.guests[0].close = fails  # type: ignore[method-assign]
    group.now_says = WHOLE
    group.turns(VISIT + 3)
    assert group.orphans.settled
