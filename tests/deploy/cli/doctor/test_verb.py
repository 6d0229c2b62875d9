"""`cairn doctor` on a real Kafka."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewPartitions

from schemas.dead_letter import dead_letter
from schemas.partitioner import partition_of

Cairn = Callable[..., Any]


def marks(outcome: Any) -> dict[str, str]:
    return {each["check"]: each["mark"] for each in outcome.document["checks"]}


@pytest.mark.system
def test_a_sound_installation(cairn: Cairn, own_topics: str) -> None:
    """With topics and a sound event every check is made and none fails: exit 0."""
    cairn("events", "send", "--contact", "c-1", "--event", "e")
    outcome = cairn("doctor", "--json")

    assert outcome.code == 0
    assert outcome.document["ok"] is True
    found = marks(outcome)
    assert [
        found[name]
        for name in ("connection", "topics", "transactions", "clock", "keys", "partitioner", "schema", "rejected")
    ] == ["ok"] * 8


@pytest.mark.system
def test_every_fault_has_its_cure_beside_it(cairn: Cairn, own_topics: str, kafka: str) -> None:
    """Null keys, a wrong partitioner and broken events are told apart, on one screen, exit 1."""
    producer = Producer({"bootstrap.servers": kafka})
    topic = f"{own_topics}usage-events"
    producer.produce(topic, b"oops", b"c-1", (partition_of(b"c-1", 4) + 1) % 4)
    producer.produce(topic, b"oops", None, 0)
    producer.flush(30)

    plain, found = cairn("doctor"), marks(cairn("doctor", "--json"))

    assert plain.code == 1
    assert (found["keys"], found["partitioner"], found["schema"], found["topics"]) == ("fail", "fail", "fail", "ok")
    assert "-> Set the producer's partitioner to murmur2_random" in plain.out
    assert len(plain.out.splitlines()) <= 40
    assert max(map(len, plain.out.splitlines())) <= 80


@pytest.mark.system
def test_events_are_judged_by_the_limits_of_the_settings(
    cairn: Cairn, own_topics: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event that lies there since the limit was higher is found, and a second one like it is not sent."""
    event = ("--contact", "c-1", "--event", "e", "--property", f"note={'x' * 300}")
    assert cairn("events", "send", *event).code == 0
    monkeypatch.setenv("CAIRN_TRACKER_RECORD_SIZE", "256")

    again, outcome = cairn("events", "send", *event), cairn("doctor", "--json")

    assert (again.code, "too_large" in again.out) == (1, True)
    assert marks(outcome)["schema"] == "fail"
    assert "1 of 1 would be rejected (1 too_large)" in outcome.out


@pytest.mark.system
def test_missing_topics_are_drift(cairn: Cairn, own_kafka: str) -> None:
    """Without topics: exit 3, and what rests on them is skipped, not failed."""
    outcome = cairn("doctor", "--json")

    assert outcome.code == 3
    assert (marks(outcome)["topics"], marks(outcome)["records"]) == ("fail", "skip")


def test_no_broker_is_exit_4(cairn: Cairn) -> None:
    """What needs no broker is checked all the same; the connection fails with its cure: exit 4."""
    outcome = cairn("doctor", "--bootstrap", "127.0.0.1:1")

    assert outcome.code == 4
    assert "ok    versions" in outcome.out
    assert "fail  connection" in outcome.out
    assert "->" in outcome.out


def checks(outcome: Any) -> dict[str, Any]:
    return {each["check"]: each for each in outcome.document["checks"]}


@pytest.mark.system
@pytest.mark.parametrize("topic", ["contacts", "contact-changes", "milestone-crossed", "delivery-receipts"])
def test_keys_of_every_keyed_topic_are_looked_at(cairn: Cairn, own_topics: str, kafka: str, topic: str) -> None:
    """A profile in the wrong partition is one that no celebration finds."""
    assert cairn("events", "send", "--contact", "c-1", "--event", "e").code == 0
    producer = Producer({"bootstrap.servers": kafka})
    wrong = (partition_of(b"c-1", 4) + 1) % 4
    producer.produce(f"{own_topics}{topic}", b"{}", b"c-1", wrong)
    producer.flush(30)

    found = checks(cairn("doctor", "--json"))["partitioner"]

    assert found["mark"] == "fail"
    assert found["finding"].startswith("1 of 2 records not where murmur2 would put them")
    assert found["finding"].endswith(f"{own_topics}{topic} {wrong}:0")
    if topic != "contacts":  # compacted: the broker itself takes no record without a key there
        producer.produce(f"{own_topics}{topic}", b"{}", None, wrong)
        producer.flush(30)
        assert checks(cairn("doctor", "--json"))["keys"]["mark"] == "fail"


@pytest.mark.system
def test_dead_letters_of_every_topic_are_counted_since_the_last_replay(
    cairn: Cairn, own_topics: str, kafka: str, record: Callable[..., Any]
) -> None:
    """What was replayed is done with, and not forgotten."""
    producer = Producer({"bootstrap.servers": kafka})

    def put_aside(topic: str, offset: int) -> None:
        one = record(topic=f"{own_topics}{topic}", offset=offset)
        letter = dead_letter(one, code="wrong_partition", message="astray", limit=10**6)
        headers: list[tuple[str, str | bytes | None]] = [*letter.headers]
        producer.produce(f"{own_topics}{topic}-dlq", letter.value, letter.key, offset % 4, headers=headers)
        producer.flush(30)

    def said() -> tuple[str, str, str | None]:
        found = checks(cairn("doctor", "--json"))["rejected"]
        return found["mark"], found["finding"], found["cure"]

    assert said()[:2] == ("ok", "no rejected records")
    for offset in range(3):
        put_aside("contacts", offset)
    put_aside("usage-events", 0)
    assert said() == (
        "warn",
        "4 rejected records: 3 of contacts, 1 of usage-events",
        "`cairn dlq list --topic contacts` shows them with the reason",
    )
    assert cairn("dlq", "replay", "--all", "--topic", "contacts", "--dry-run").code == 0
    assert said()[1].startswith("4 rejected records")
    assert cairn("dlq", "replay", "--all", "--topic", "contacts").code == 0
    assert said() == (
        "warn",
        "1 rejected record since the last replay: 1 of usage-events, 3 before it",
        "`cairn dlq list` shows them with the reason",
    )
    assert cairn("dlq", "replay", "--all").code == 0
    assert said()[:2] == ("ok", "no rejected records since the last replay, 4 before it")
    put_aside("contacts", 3)
    assert said()[:2] == ("warn", "1 rejected record since the last replay: 1 of contacts, 4 before it")


@pytest.mark.system
def test_a_clock_that_is_apart_from_the_brokers_is_found(
    cairn: Cairn, own_topics: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten minutes: exit 1, with the side and the cure."""
    monkeypatch.setattr("deploy.cli.doctor.clock._now_ms", lambda: time.time_ns() // 1_000_000 + 600_000)
    outcome = cairn("doctor", "--json")

    (found,) = [each for each in outcome.document["checks"] if each["check"] == "clock"]
    assert outcome.code == 1
    assert found["mark"] == "fail"
    assert "ahead of the brokers'" in found["finding"]
    assert "NTP" in found["cure"]


@pytest.mark.system
def test_partitions_that_were_added_are_not_blamed_on_producers(cairn: Cairn, own_topics: str, kafka: str) -> None:
    """The check of topics tells of them; whoever set another partitioner now would misplace everything."""
    for number in range(8):
        cairn("events", "send", "--contact", f"c-{number}", "--event", "e")
    events, admin = f"{own_topics}usage-events", AdminClient({"bootstrap.servers": kafka})
    admin.create_partitions([NewPartitions(events, 7)])[events].result(30)

    found = marks(cairn("doctor", "--json"))
    assert (found["topics"], found["partitioner"]) == ("fail", "skip")
