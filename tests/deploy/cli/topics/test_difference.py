"""What separates topics that are from topics that should be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploy.cli.topic_admin import TopicState
from deploy.cli.topics.difference import Remedy, WantedTopic, differences

CONFIG = {"cleanup.policy": "compact", "segment.ms": "3600000", "min.cleanable.dirty.ratio": "0.2"}


def wanted(
    *, partitions: int = 4, replication: int | None = None, why_fixed: str | None = "counters rest on it"
) -> WantedTopic:
    return WantedTopic("changelog", partitions, replication, CONFIG, why_fixed)


def found(partitions: int = 4, replication: int = 1, **config: str) -> dict[str, TopicState]:
    return {
        "changelog": TopicState(partitions, replication, CONFIG | {k.replace("_", "."): v for k, v in config.items()})
    }


def test_a_topic_as_it_should_be_has_none() -> None:
    """Equal topics differ in nothing; configs that we do not ask for do not count."""
    assert differences([wanted()], found(retention_ms="5")) == []


def test_values_are_compared_by_meaning() -> None:
    """0.20 is 0.2, and the order of cleanup policies says nothing."""
    topic = WantedTopic("t", 1, None, {"cleanup.policy": "compact,delete", "min.cleanable.dirty.ratio": "0.2"}, None)
    state = TopicState(1, 1, {"cleanup.policy": "delete, compact", "min.cleanable.dirty.ratio": "0.20"})

    assert differences([topic], {"t": state}) == []


def test_a_missing_topic_is_created() -> None:
    """A topic that is not there is one difference, not one per config."""
    (only,) = differences([wanted()], {})

    assert (only.remedy, only.now, only.wanted) == (Remedy.CREATE, "missing", "4 partitions, compact")


def test_a_config_is_altered() -> None:
    """Each config that differs is named with both values."""
    (only,) = differences([wanted()], found(cleanup_policy="delete"))

    assert (only.what, only.now, only.wanted, only.remedy) == ("cleanup.policy", "delete", "compact", Remedy.ALTER)


def retained(ms: str, *asked: str) -> WantedTopic:
    return WantedTopic("changelog", 4, None, {"cleanup.policy": "delete", "retention.ms": ms}, None, frozenset(asked))


def kept(policy: str = "delete", ms: str = "-1", size: str = "-1") -> dict[str, TopicState]:
    return {"changelog": TopicState(4, 1, {"cleanup.policy": policy, "retention.ms": ms, "retention.bytes": size})}


@pytest.mark.parametrize("now", ["31536000000", "-1", "2592000000"])
def test_to_keep_longer_than_we_ask_for_is_never_a_difference(now: str) -> None:
    """It is the application's own choice, and -1 is the longest."""
    assert differences([retained("2592000000")], kept(ms=now)) == []


def test_to_keep_shorter_than_we_ask_for_is_mended_without_a_loss() -> None:
    """For ever is longer than any number."""
    (week,) = differences([retained("2592000000")], kept(ms="604800000"))
    (ever,) = differences([retained("-1")], kept(ms="604800000"))

    assert [(each.remedy, each.fault) for each in (week, ever)] == [(Remedy.ALTER, True)] * 2


@pytest.mark.parametrize("now", ["31536000000", "-1"])
def test_what_the_user_asks_for_may_delete_and_is_no_fault_until_then(now: str) -> None:
    """A shorter retention of the settings is applied only when told to; workers start as before."""
    (only,) = differences([retained("604800000", "retention.ms")], kept(ms=now))

    assert (only.what, only.remedy, only.fault) == ("retention.ms", Remedy.DELETE, False)


def test_a_policy_that_gains_delete_deletes_and_is_a_fault() -> None:
    """The topic is compacted by mistake; mending it lets go what is old, unless it is kept for ever."""
    (only,) = differences([retained("604800000")], kept("compact", ms="604800000"))
    (ever,) = differences([retained("-1")], kept("compact"))

    assert (only.what, only.remedy, only.fault) == ("cleanup.policy", Remedy.DELETE, True)
    assert (ever.what, ever.remedy) == ("cleanup.policy", Remedy.ALTER)


def test_a_limit_in_bytes_that_begins_to_count_deletes_too() -> None:
    (only,) = differences([retained("-1")], kept("compact", size="1000"))

    assert only.remedy is Remedy.DELETE


@pytest.mark.parametrize(
    ("key", "wanted", "harmless", "harmful"),
    [
        ("retention.bytes", "-1", "-1", "1000000"),
        ("delete.retention.ms", "604800000", "700000000", "1000"),
        ("max.message.bytes", "1048588", "9000000", "1000"),
        ("segment.bytes", "67108864", "1000000", "1073741824"),
        ("segment.ms", "3600000", "60000", "604800000"),
        ("min.cleanable.dirty.ratio", "0.2", "0.1", "0.5"),
        ("max.compaction.lag.ms", "604800000", "1000", "9223372036854775807"),
    ],
)
def test_more_than_enough_is_no_fault(key: str, wanted: str, harmless: str, harmful: str) -> None:
    """What keeps more, takes larger records or compacts earlier than we ask for stays as somebody set it."""
    topic = WantedTopic("t", 1, None, {key: wanted}, None)

    assert differences([topic], {"t": TopicState(1, 1, {key: harmless})}) == []
    (only,) = differences([topic], {"t": TopicState(1, 1, {key: harmful})})
    assert (only.remedy, only.fault) == (Remedy.ALTER, True)


def test_compression_is_set_and_no_fault() -> None:
    """Others cannot read the topic then; our work goes on."""
    topic = WantedTopic("t", 1, None, {"compression.type": "gzip"}, None, frozenset({"compression.type"}))

    (only,) = differences([topic], {"t": TopicState(1, 1, {"compression.type": "producer"})})

    assert (only.remedy, only.fault) == (Remedy.ALTER, False)


def test_the_count_of_a_stateful_topic_is_never_changed() -> None:
    """More or fewer: refused, with the reason and the setting that accepts what is there."""
    for partitions in (3, 5):
        (only,) = differences([wanted()], found(partitions))

        assert only.remedy is Remedy.REFUSED
        assert only.fix is not None
        assert only.fix.startswith("counters rest on it")
        assert f"topics.partitions = {partitions}" in only.fix


def test_partitions_added_to_one_topic_are_not_a_reason_to_raise_the_others() -> None:
    """What most topics have is right: with the odd one's count in the settings, every contact would move."""
    names = ("events", "contacts", "changelog")
    odd = {name: TopicState(8 if name == "events" else 4, 1, CONFIG) for name in names}
    (only,) = differences([replace(wanted(), name=name) for name in names], odd)
    assert only.topic == "events"
    assert "do not give the other topics more partitions" in str(only.fix)
    assert "make it anew with 4 partitions" in str(only.fix)
    assert "topics.partitions" not in str(only.fix)


def test_a_log_of_one_partition_is_made_anew_not_set_up_otherwise() -> None:
    """The setting says nothing of topics that are one log, as milestone-rules."""
    (only,) = differences([wanted(partitions=1, why_fixed=None)], found(6))
    assert only.remedy is Remedy.REFUSED
    assert "make it anew with one partition" in str(only.fix)


def test_a_topic_without_state_may_grow_and_never_shrinks() -> None:
    """Kafka can add partitions, not take them away."""
    (grown,) = differences([wanted(why_fixed=None)], found(3))
    (shrunk,) = differences([wanted(why_fixed=None)], found(5))

    assert (grown.remedy, shrunk.remedy) == (Remedy.ALTER, Remedy.REFUSED)


def test_replication_counts_only_when_asked_for() -> None:
    """Left to the broker, any number is right; asked for, another one is refused: moving replicas is not ours."""
    assert differences([wanted()], found(replication=1)) == []
    (only,) = differences([wanted(replication=3)], found(replication=1))

    assert (only.what, only.remedy) == ("replication", Remedy.REFUSED)
