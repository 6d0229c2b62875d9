"""The topic table."""

from __future__ import annotations

import pytest

from schemas.topics import (
    MILESTONE_CROSSED,
    MILESTONE_RULES,
    TRACKER_CHANGELOG,
    USAGE_EVENTS,
    USAGE_EVENTS_DLQ,
    Topic,
    topics,
)


def named(name: str, prefix: str = "", partitions: int = 12) -> Topic:
    return next(each for each in topics(prefix, partitions) if each.name == prefix + name)


def test_all_keyed_topics_have_one_partition_count() -> None:
    """A worker writes what belongs to a contact to the same partition number everywhere."""
    assert {each.partitions for each in topics(partitions=24) if each.key} == {24}
    assert named(MILESTONE_RULES, partitions=24).partitions == 1


def test_the_prefix_stands_before_every_name() -> None:
    assert all(each.name.startswith("acme-") for each in topics("acme-"))
    assert named(TRACKER_CHANGELOG, "acme-").name == "acme-cairn-tracker-changelog"


def test_the_changelog_is_kept_as_the_engine_needs_it() -> None:
    """Engine rule 12."""
    changelog = named(TRACKER_CHANGELOG)
    expected = {
        "cleanup.policy": "compact",
        "segment.bytes": str(64 * 1024 * 1024),
        "segment.ms": "3600000",
        "min.cleanable.dirty.ratio": "0.2",
        "delete.retention.ms": str(7 * 86_400_000),
    }
    assert expected.items() <= dict(changelog.configs).items()
    assert changelog.compacted


def test_a_dead_letter_topic_takes_what_its_input_took_and_the_reason() -> None:
    """Engine rule 4: input limit and 64 KiB."""
    taken = int(named(USAGE_EVENTS).configs["max.message.bytes"])
    assert int(named(USAGE_EVENTS_DLQ).configs["max.message.bytes"]) == taken + 65_536


def test_crossings_are_kept_for_ever_and_dead_letters_for_a_month() -> None:
    assert named(MILESTONE_CROSSED).retention_ms == -1
    assert not named(MILESTONE_CROSSED).compacted
    assert named(USAGE_EVENTS_DLQ).retention_ms == 30 * 86_400_000


def test_every_topic_that_state_rests_on_is_stateful() -> None:
    assert {each.name for each in topics() if not each.stateful} == {MILESTONE_RULES}


def test_the_replication_factor_is_the_given_one() -> None:
    assert {each.replication for each in topics(replication=3)} == {3}
    assert {each.replication for each in topics()} == {-1}


def test_a_topic_without_partitions_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        topics(partitions=0)
