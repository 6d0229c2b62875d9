"""The tracker's topology: sound, prefixed, and readable by the next release."""

from __future__ import annotations

from schemas.adoption import AdoptedMetric, AdoptedMilestone, Adoption
from schemas.topics import (
    CONTACT_CHANGES,
    CONTACT_CHANGES_DLQ,
    CONTACTS,
    CONTACTS_DLQ,
    MILESTONE_CROSSED,
    MILESTONE_NUDGES,
    MILESTONE_RULES,
    TRACKER_CHANGELOG,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
    topics,
)
from stream.core.progress import Progress
from stream.tracker.topology import ADOPTION_TABLE, PROGRESS_TABLE, tracker_topology


def test_it_is_sound_and_names_the_topics_of_the_table() -> None:
    """What `cairn topics apply` makes is what the tracker wants."""
    topology = tracker_topology()
    topology.validate()
    assert topology.lead.topic == USAGE_EVENTS
    assert topology.written == (
        MILESTONE_CROSSED,
        MILESTONE_NUDGES,
        USAGE_EVENTS_DLQ,
        CONTACTS_DLQ,
        CONTACT_CHANGES_DLQ,
        TRACKER_CHANGELOG,
    )
    assert topology.broadcast is not None
    read = {each.topic for each in topology.inputs}
    assert read == {USAGE_EVENTS, CONTACTS, CONTACT_CHANGES, MILESTONE_RULES}
    assert read | set(topology.written) <= {each.name for each in topics()}


def test_a_prefix_stands_before_every_name() -> None:
    """Two installations on one cluster share nothing."""
    topology = tracker_topology("team-a.")
    assert all(each.startswith("team-a.") for each in (*topology.topics, topology.app))
    assert set(topology.topics) <= {each.name for each in topics("team-a.")}


def test_another_app_id_has_its_own_group_and_changelog() -> None:
    """A second tracker on the same events keeps its own counts."""
    first, second = tracker_topology("p-"), tracker_topology("p-", "shadow")
    assert (second.app, second.changelog) == ("p-shadow", "p-shadow-changelog")
    assert {first.app, first.changelog}.isdisjoint({second.app, second.changelog})
    assert first.lead == second.lead


def test_rows_come_back_as_they_were_written() -> None:
    """Both codecs, with every field in use."""
    row = Progress([3, 5], b"\x05", b"ringring", {1: 9}, {2: 4})
    assert PROGRESS_TABLE.codec.decode(PROGRESS_TABLE.codec.encode(row)) == row
    adoption = Adoption(2, "digest", {"m/sum": AdoptedMetric(0, 1, 2, False)}, {"a": AdoptedMilestone(0, None)})
    assert ADOPTION_TABLE.codec.decode(ADOPTION_TABLE.codec.encode(adoption)) == adoption
