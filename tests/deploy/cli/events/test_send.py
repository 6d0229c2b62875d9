"""`cairn events send` on a real Kafka."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from deploy.broker import announced
from schemas.partitioner import partition_of

Cairn = Callable[..., Any]


def at(kafka: str, topic: str, partition: int, offset: int) -> Any:
    """The record at one place."""
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": "t"})
    try:
        consumer.assign([TopicPartition(topic, partition, offset)])
        (message,) = consumer.consume(1, 30)
        return message
    finally:
        consumer.close()


@pytest.mark.system
def test_one_event_lands_where_murmur2_says(cairn: Cairn, own_topics: str, kafka: str) -> None:
    """Key is the contact, the partition that of a Java producer, and the command says where it lies."""
    arguments = ("--contact", "c-1042", "--event", "e", "--value", "2.50", "--property", "plan=team", "--id", "mine")
    document = cairn("events", "send", *arguments, "--json").document
    (first,) = document["first"]

    assert (document["sent"], first["contact_id"], first["id"]) == (1, "c-1042", "mine")
    assert first["partition"] == partition_of(b"c-1042", 4)
    record = at(kafka, f"{own_topics}usage-events", first["partition"], first["offset"])
    assert record.key() == b"c-1042"
    assert (
        record.value() == b'{"id":"mine","contact_id":"c-1042","event":"e","value":2.50,"properties":{"plan":"team"}}'
    )


@pytest.mark.system
def test_a_file_is_sent_but_for_its_faults(cairn: Cairn, own_topics: str, tmp_path: Path) -> None:
    """Sound lines are sent, a CloudEvent with its header; what would be rejected is reported, not sent, exit 1."""
    lines = [
        '{"id":"1","contact_id":"c-1","event":"e"}',
        '{"id":"2","contact_id":"c-1","event":"e","value":"3"}',
        '{"specversion":"1.0","id":"9","source":"/s","type":"e","subject":"c-2"}',
    ]
    (tmp_path / "events").write_text("\n".join(lines))

    outcome = cairn("events", "send", "events")

    assert outcome.code == 1
    assert "events:2: wrong_type at /value" in outcome.out
    assert f"2 events sent to {own_topics}usage-events" in outcome.out
    assert outcome.err == "1 event not sent\n"


@pytest.mark.system
def test_unchecked_sends_as_it_is(cairn: Cairn, own_topics: str) -> None:
    """--unchecked is how to see a dead letter."""
    document = cairn("events", "send", "--unchecked", "--json", given=b"oops\n").document

    assert (document["sent"], document["rejected"], document["first"][0]["contact_id"]) == (1, [], None)


@pytest.mark.system
def test_the_running_broker_is_found(
    cairn: Cairn, own_topics: str, kafka: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without configured brokers, the announced one is used, with the prefix of its owner, and that is said."""
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS")
    monkeypatch.delenv("CAIRN_TOPICS_PREFIX")
    monkeypatch.setenv("CAIRN_CACHE_DIR", str(tmp_path / "cache"))

    with announced(kafka, own_topics):
        outcome = cairn("events", "send", "--contact", "c-1", "--event", "e")

    assert outcome.code == 0
    assert f"1 event sent to {own_topics}usage-events at {kafka}, the broker that runs on this machine" in " ".join(
        outcome.out.split()
    )


@pytest.mark.system
def test_no_topic_is_drift(cairn: Cairn, own_kafka: str) -> None:
    """Without the topic: exit 3 and the command that makes it, at once."""
    outcome = cairn("events", "send", "--contact", "c-1", "--event", "e")

    assert outcome.code == 3
    assert "cairn topics apply" in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--contact", "c-1"),
        ("--event", "e"),
        ("file", "--contact", "c-1"),
        ("--contact", "c", "--event", "e", "--value", "x"),
    ],
)
def test_half_an_event_is_a_usage_error(cairn: Cairn, arguments: tuple[str, ...]) -> None:
    """Exit 2 with an example, before anything is dialled."""
    outcome = cairn("events", "send", *arguments)

    assert outcome.code == 2
    assert "fix:" in outcome.err


def test_no_broker_is_exit_4(cairn: Cairn) -> None:
    """A broker that is not there: exit 4 and its address."""
    outcome = cairn("events", "send", "--contact", "c-1", "--event", "e", "--bootstrap", "127.0.0.1:1", "--json")

    assert (outcome.code, outcome.error["exit"]) == (4, 4)
    assert "127.0.0.1:1" in outcome.error["what"]


@pytest.mark.system
def test_a_name_of_our_own_is_not_sent(cairn: Cairn, own_topics: str) -> None:
    """The tracker would refuse it: exit 1, the code and what to do instead."""
    outcome = cairn("events", "send", "--contact", "c-1", "--event", "cairn.baseline")

    assert (outcome.code, "reserved_event" in outcome.out) == (1, True)
    assert "cairn baseline" in outcome.out


RULES = """
version: 1
product: {name: Acme Boards, url: "https://app.acme.example"}
history: complete
metrics:
  revenue: {sum: amount, from: invoice_paid}
milestones:
  - {id: revenue, when: {revenue: [1000]}}
"""


@pytest.mark.system
@pytest.mark.parametrize("applied", [True, False], ids=["in-force", "in-the-file"])
def test_the_milestones_say_what_would_come_of_it(cairn: Cairn, own_topics: str, tmp_path: Path, applied: bool) -> None:
    """A name that no metric counts is sent with a warning; what a metric cannot read is not sent."""
    file = tmp_path / "milestones.yaml"
    file.write_text(RULES)
    if applied:
        assert cairn("milestones", "apply", "--yes").code == 0
        file.unlink()

    misspelled = cairn("events", "send", "--contact", "c-1", "--event", "invoice_payd")
    assert misspelled.code == 0
    assert "counts 'invoice_payd' (1 event)" in misspelled.err
    assert 'did you mean "invoice_paid"?' in misspelled.err
    document = cairn("events", "send", "--json", "--contact", "c-1", "--event", "other").document
    assert (document["sent"], document["uncounted"]) == (1, {"other": 1})

    lacking = cairn("events", "send", "--contact", "c-1", "--event", "invoice_paid")
    assert (lacking.code, "field_missing at /properties/amount" in lacking.out) == (1, True)
    assert cairn("events", "send", "--contact", "c-1", "--event", "invoice_paid", "--unchecked").code == 0


@pytest.mark.system
def test_milestones_that_cannot_be_read_hold_no_event_back(cairn: Cairn, own_topics: str, tmp_path: Path) -> None:
    """It is sent, and that it was not judged by them is said."""
    (tmp_path / "milestones.yaml").write_text("version: 1\n")
    outcome = cairn("events", "send", "--contact", "c-1", "--event", "e")
    assert outcome.code == 0
    assert outcome.err.startswith("not judged by metrics: the milestones file has a mistake")
