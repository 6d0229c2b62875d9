"""What separates topics that are from topics that should be."""

from __future__ import annotations

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


def test_the_count_of_a_stateful_topic_is_never_changed() -> None:
    """More or fewer: refused, with the reason and the setting that accepts what is there."""
    for partitions in (3, 5):
        (only,) = differences([wanted()], found(partitions))

        assert only.remedy is Remedy.REFUSED
        assert only.fix is not None
        assert only.fix.startswith("counters rest on it")
        assert f"topics.partitions = {partitions}" in only.fix


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
