from pathlib import Path

import pytest
from pydantic import ValidationError

from schemas.limits import DEFAULTS, Limits
from schemas.topics import RETENTIONS
from stream.runtime.settings import Http, Kafka, Section, Settings, Topics, Tracker

SECTIONS = [field.annotation for field in Settings.model_fields.values()]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_says_what_it_is_for(section: type[Section]) -> None:
    """One line each, for `cairn config show` and the documentation."""
    undescribed = [name for name, field in section.model_fields.items() if not field.description]

    assert undescribed == []


def test_the_defaults_are_those_of_the_design() -> None:
    """The table of defaults that users are promised."""
    tracker, topics = Settings().tracker, Settings().topics

    assert (tracker.dedupe_window, tracker.drain) == (16, 10)
    assert (tracker.transaction_timeout, tracker.session_timeout, tracker.heartbeat) == (10, 10, 1)
    assert (tracker.max_poll, tracker.flush_interval, tracker.workers) == (60, 60, 1)
    assert (tracker.membership, tracker.group_protocol, tracker.app_id) == (
        "auto",
        "classic",
        "cairn-tracker",
    )
    assert (topics.partitions, topics.replication, topics.prefix) == (12, None, "")


def test_the_limits_of_the_door_are_settings() -> None:
    """Their defaults are the contract's; each reaches the door in its unit."""
    given = {"record_size": "8 KB", "record_nesting": "4", "event_future": "1 h", "event_oldest": "2020-02-29"}

    assert Settings().tracker.door_limits == DEFAULTS
    assert Tracker.model_validate(given).door_limits == Limits(
        record_bytes=8192, nesting=4, earliest_ms=1_582_934_400_000, future_ms=3_600_000
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("record_size", 10), ("record_nesting", 1), ("event_future", -1), ("event_oldest", "yesterday")],
)
def test_limits_that_let_nothing_in_are_refused(name: str, value: object) -> None:
    """The worker would reject every event in good order."""
    with pytest.raises(ValidationError, match=name):
        Tracker.model_validate({name: value})


def test_the_prefix_isolates_every_name() -> None:
    """Topics and app ids alike."""
    settings = Settings(topics=Topics(prefix="t1-"))

    assert settings.prefixed("usage-events") == "t1-usage-events"
    assert settings.prefixed(settings.tracker.app_id) == "t1-cairn-tracker"


def test_settings_cannot_be_changed() -> None:
    """A value that changed after the start would be true for some readers only."""
    with pytest.raises(ValidationError, match="frozen"):
        Settings().tracker.workers = 2


def test_a_wrong_order_of_timings_is_refused_with_every_reason() -> None:
    """Healthy workers would be evicted otherwise."""
    with pytest.raises(ValidationError) as caught:
        Tracker(heartbeat=9, session_timeout=20, max_poll=15, transaction_timeout=16)

    message = str(caught.value)
    assert all(name in message for name in ("heartbeat", "session_timeout exceeds", "transaction_timeout exceeds"))


def test_static_membership_needs_the_classic_protocol() -> None:
    """Under KIP-848 the broker refuses a static member that restarts within its session."""
    with pytest.raises(ValidationError, match="static"):
        Tracker(membership="static", group_protocol="consumer")


@pytest.mark.parametrize(("given", "port"), [("off", None), (False, None), (0, 0), ("9000", 9000)])
def test_the_port_may_be_off(given: object, port: int | None) -> None:
    """`off` serves nothing, 0 picks a free port."""
    assert Http.model_validate({"port": given}).port == port


def test_a_home_directory_is_expanded() -> None:
    """`~` in cairn.toml means what it means in a shell."""
    assert Tracker.model_validate({"state_dir": "~/state"}).state_dir == Path.home() / "state"


def test_properties_become_the_texts_that_librdkafka_wants() -> None:
    """TOML's true and 5 are "true" and "5" there."""
    kafka = Kafka.model_validate({"properties": {"socket.keepalive.enable": True, "retries": 5}})

    assert dict(kafka.properties) == {"socket.keepalive.enable": "true", "retries": "5"}


@pytest.mark.parametrize(
    ("section", "name", "text"),
    [
        (Tracker(), "poll_idle", "50 ms"),
        (Tracker(), "fetch_queue", "64 MB"),
        (Tracker(), "event_oldest", "2000-01-01"),
        (Tracker(), "accept_gap", "false"),
        (Tracker(), "host", "unset"),
        (Http(port=None), "port", "off"),
    ],
)
def test_values_are_shown_as_people_write_them(section: Section, name: str, text: str) -> None:
    """What is shown can be pasted into cairn.toml."""
    assert section.show(name) == text


def test_every_retention_of_the_topic_table_is_a_setting() -> None:
    """If this fails: the new row of `schemas.topics.RETENTIONS` belongs into the settings."""
    assert list(Topics().retention.model_fields_set) == []
    assert list(type(Topics().retention).model_fields) == list(RETENTIONS)
