"""Rebalance callbacks only take note, and settle what must be settled before a partition is given away (rule 7)."""

from __future__ import annotations

from typing import Any, cast

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from stream.engine.assignment import Assignment
from stream.engine.figures import Figures
from stream.engine.topology import Input
from stream.runtime.child import Child
from tests.contracts.tally import tally_topology


class Scene:
    """A consumer and a worker that note what is asked of them, in one list."""

    def __init__(self, failing: str = "", attached: tuple[Input, ...] = ()) -> None:
        self.asked: list[Any] = []
        self._failing = failing
        self.assignment = Assignment(
            tally_topology(attached),
            Figures(Child(None)),
            commit=lambda: self._note("commit"),
            rewind=lambda: self._note("rewind"),
            depart=lambda partitions: self._note("depart", *partitions),
        )

    @property
    def consumer(self) -> Consumer:
        return cast(Consumer, self)

    def subscribe(self, topics: list[str], **callbacks: Any) -> None:
        self._note("subscribe", *topics, *callbacks)

    def incremental_assign(self, partitions: list[TopicPartition]) -> None:
        self._note("assign", *((each.partition, each.offset) for each in partitions))

    def incremental_unassign(self, partitions: list[TopicPartition]) -> None:
        self._note("unassign", *(each.partition for each in partitions))

    def pause(self, partitions: list[TopicPartition]) -> None:
        self._note("pause", *(each.partition for each in partitions))

    def _note(self, name: str, *values: Any) -> None:
        self.asked.append((name, *values))
        if name == self._failing:
            raise RuntimeError(name)


def at(*partitions: int) -> list[TopicPartition]:
    return [TopicPartition("in", each) for each in partitions]


def test_it_listens_to_all_three_callbacks() -> None:
    """Without on_lost a lost partition would be treated as revoked: its work would be committed."""
    scene = Scene()
    scene.assignment.subscribe(scene.consumer)
    assert scene.asked == [("subscribe", "in", "on_assign", "on_revoke", "on_lost")]


def test_new_partitions_are_paused_and_noted_and_nothing_else() -> None:
    """Restoring here would evict the worker; the loop does it, in slices."""
    scene = Scene()
    scene.assignment.assigned(scene.consumer, at(2, 1))
    assert scene.asked == [("assign", (1, OFFSET_BEGINNING), (2, OFFSET_BEGINNING)), ("pause", 1, 2)]
    assert scene.assignment.arrivals() == [1, 2]
    assert scene.assignment.arrivals() == []


def test_an_empty_assignment_is_passed_on() -> None:
    """A rebalance that changes nothing still has to be answered."""
    scene = Scene()
    scene.assignment.assigned(scene.consumer, [])
    assert scene.asked == [("assign",)]


def test_a_revoked_partition_is_committed_then_closed_then_given_away() -> None:
    """While it is still ours; afterwards it belongs to somebody else."""
    scene = Scene()
    scene.assignment.revoked(scene.consumer, at(3, 0))
    assert scene.asked == [("commit",), ("depart", 0, 3), ("unassign", 0, 3)]


def test_nothing_of_a_lost_partition_is_committed() -> None:
    """Somebody else owns it already: what is folded is forgotten."""
    scene = Scene()
    scene.assignment.lost(scene.consumer, at(1))
    assert ("commit",) not in scene.asked
    assert scene.asked == [("rewind",), ("depart", 1), ("unassign", 1)]


def test_a_partition_that_came_and_went_never_arrives() -> None:
    """Two rebalances between two turns of the loop."""
    scene = Scene()
    scene.assignment.assigned(scene.consumer, at(1, 2))
    scene.assignment.revoked(scene.consumer, at(1))
    assert scene.assignment.arrivals() == [2]


@pytest.mark.parametrize("failing", ["commit", "depart"])
def test_a_failure_in_a_callback_is_raised_by_the_next_turn(failing: str) -> None:
    """The client would swallow or misplace it; and the partition is given away all the same."""
    scene = Scene(failing)
    scene.assignment.revoked(scene.consumer, at(1))
    assert scene.asked[-1] == ("unassign", 1)
    with pytest.raises(RuntimeError, match=failing):
        scene.assignment.arrivals()


def test_the_same_partitions_of_the_other_inputs_come_and_go_with_the_lead() -> None:
    """Rule 18: the group knows the lead only; a broadcast is nobody's partition."""
    others = (Input("contacts", table=True, dead_letters="contacts-dlq"), Input("rules", broadcast=True))
    scene = Scene(attached=others)
    places: list[Any] = []
    scene.incremental_assign = places.append  # type: ignore[method-assign, assignment]  # notes topics too
    scene.incremental_unassign = places.append  # type: ignore[method-assign, assignment]
    scene.assignment.assigned(scene.consumer, at(1))
    # On its way out the client names everything that it reads.
    scene.assignment.revoked(scene.consumer, [*at(1), TopicPartition("contacts", 1)])
    assert [[(each.topic, each.partition) for each in call] for call in places] == [[("in", 1), ("contacts", 1)]] * 2
    assert scene.assignment.arrivals() == []
