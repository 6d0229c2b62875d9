"""The topics that should be, by the user's settings."""

from __future__ import annotations

from deploy.cli.topics.difference import WantedTopic
from deploy.cli.topics.wanted import wanted_topics
from stream.runtime.settings import Settings


def named(name: str, **topics: object) -> WantedTopic:
    settings = Settings.model_validate({"topics": {"prefix": "t-", **topics}})
    return next(each for each in wanted_topics(settings) if each.name == f"t-{name}")


def test_a_retention_of_the_settings_is_asked_for() -> None:
    """Of every topic of its kind; unset, the table's is only a least."""
    assert (named("usage-events").config["retention.ms"], named("usage-events").asked) == ("2592000000", frozenset())
    for name in ("usage-events-dlq", "contacts-dlq"):
        letters = named(name, retention={"dlq": "365 days"})
        assert letters.config["retention.ms"] == "31536000000"
        assert "retention.ms" in letters.asked
    assert named("usage-events", retention={"usage_events": -1}).config["retention.ms"] == "-1"


def test_what_state_is_made_of_is_kept_for_ever() -> None:
    """Not by age, not by size; there is no setting for it."""
    for name in ("contact-changes", "milestone-rules"):
        assert {**named(name).config}.items() >= {("retention.ms", "-1"), ("retention.bytes", "-1")}


def test_compression_is_asked_for_where_others_read() -> None:
    """`producer` is not named at all: some clusters refuse the config whatever its value."""
    assert named("milestone-crossed").config["compression.type"] == "gzip"
    assert named("milestone-crossed", compression="zstd").config["compression.type"] == "zstd"
    assert "compression.type" not in named("milestone-crossed", compression="producer").config
    assert "compression.type" not in named("cairn-tracker-changelog", compression="zstd").config
