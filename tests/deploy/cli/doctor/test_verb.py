"""`cairn doctor` on a real Kafka."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import Producer

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
        found[name] for name in ("connection", "topics", "transactions", "keys", "partitioner", "schema", "rejected")
    ] == ["ok"] * 7


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
