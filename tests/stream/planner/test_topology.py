"""The planner's topology: sound, and with the tracker's all that `cairn topics apply` makes."""

from __future__ import annotations

from schemas.topics import DELIVERIES_DLQ, MILESTONE_CROSSED, REACTIONS, REACTIONS_DLQ, topics
from stream.engine.topology import Topology
from stream.planner.topology import planner_topology
from stream.tracker.topology import tracker_topology


def test_it_is_sound_and_led_by_crossings() -> None:
    topology = planner_topology()
    topology.validate()
    assert topology.lead.topic == MILESTONE_CROSSED


def test_every_topic_of_the_table_has_somebody_who_uses_it() -> None:
    """And nobody uses another."""

    def used(topology: Topology) -> set[str]:
        return {each.topic for each in topology.inputs} | set(topology.written)

    # Which the dispatchers, the reactions, and a replay of their letters write.
    others = {f"p-{each}" for each in (*DELIVERIES_DLQ.values(), REACTIONS, REACTIONS_DLQ)}
    engines = used(tracker_topology("p-")) | used(planner_topology("p-"))
    assert engines | others == {each.name for each in topics("p-")}
