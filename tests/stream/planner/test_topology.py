"""The planner's topology: sound, and with the tracker's all that `cairn topics apply` makes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.errors import CairnError
from schemas.topics import CONTACT_CHANGES, DELIVERIES_DLQ, MILESTONE_CROSSED, REACTIONS, REACTIONS_DLQ, topics
from stream.engine.changelog import Positions
from stream.engine.identity import Layout
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


def test_a_state_of_the_release_that_wrote_no_contact_changes_goes_on() -> None:
    """The planner read that topic before, so its identity is remembered; that it writes there now is no drift, and one
    that was made anew is refused as ever.
    """
    now = planner_topology()
    then = replace(now, outputs=tuple(each for each in now.outputs if each != CONTACT_CHANGES))
    assert {*then.known} == {*now.known}
    ids = {topic: f"id of {topic}" for topic in then.known}
    offsets = {each.topic: 7 for each in then.partitioned}
    old = Positions(offsets, dict.fromkeys(then.topics, 12), ids, 4)
    again = Positions.decode(old.encode(then.formats), now.formats)
    again.check(now, Layout(ids, 12), 4)
    with pytest.raises(CairnError, match="contact-changes was deleted and made anew"):
        again.check(now, Layout(ids | {CONTACT_CHANGES: "another"}, 12), 4)
