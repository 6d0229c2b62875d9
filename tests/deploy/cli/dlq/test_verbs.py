"""`cairn dlq` on a real Kafka."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from schemas.dead_letter import dead_letter
from schemas.partitioner import partition_of

Cairn = Callable[..., Any]
Make = Callable[..., Any]
PARTITIONS = 4


@pytest.fixture
def letters(own_topics: str, kafka: str, record: Make) -> list[str]:
    """The positions of four dead letters in one partition: replayable, not replayable, a pointer, not UTF-8."""
    source = f"{own_topics}usage-events"
    there = partition_of(b"c-1", PARTITIONS)
    producer = Producer({"bootstrap.servers": kafka})
    made = [
        dead_letter(
            record(headers=(("trace", b"7"),), topic=source, partition=there, offset=1),
            code="wrong_partition",
            message="astray",
            limit=10**6,
        ),
        dead_letter(record(topic=source, offset=2), code="bad_time", message="at is odd", pointer="/at", limit=10**6),
        dead_letter(record(value=b"x" * 9_000, topic=source, offset=3), code="too_large", message="big", limit=5_000),
        dead_letter(
            record(value=b"\xff\x00\x1b[2J", topic=source, offset=4),
            code="not_json",
            message="\x1b]0;evil\x07",
            limit=10**6,
        ),
    ]
    for letter in made:
        producer.produce(f"{own_topics}usage-events-dlq", letter.value, letter.key, there, headers=list(letter.headers))
    producer.flush(30)
    return [f"{there}:{offset}" for offset in range(len(made))]


def read(kafka: str, topic: str) -> list[Any]:
    """Every committed record of a topic."""
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": "t", "isolation.level": "read_committed"})
    found: list[Any] = []
    try:
        for partition in range(PARTITIONS):
            place = TopicPartition(topic, partition, 0)
            _, high = consumer.get_watermark_offsets(place, timeout=30)
            consumer.assign([place])
            deadline = time.monotonic() + 60
            while consumer.position([TopicPartition(topic, partition)])[0].offset < high:
                assert time.monotonic() < deadline
                found += [message for message in consumer.consume(100, 0.2) if message.error() is None]
                if not high:
                    break
    finally:
        consumer.close()
    return found


@pytest.mark.system
def test_list_shows_newest_first_with_counts(cairn: Cairn, letters: list[str]) -> None:
    """A table with position, age, code, pointer and message; foreign control characters are shown, not obeyed."""
    outcome = cairn("dlq", "list")

    assert outcome.code == 0
    assert outcome.out.splitlines()[0].split() == ["POSITION", "AGE", "CODE", "POINTER", "MESSAGE"]
    assert all(position in outcome.out for position in letters)
    assert "\x1b" not in outcome.out
    assert outcome.err.startswith("4 rejected records: ")


@pytest.mark.system
def test_list_picks_and_limits(cairn: Cairn, letters: list[str]) -> None:
    """--code picks, --limit shows the newest only and still counts all, --since looks at a time."""
    picked = cairn("dlq", "list", "--code", "bad_time", "--json").document
    limited = cairn("dlq", "list", "--limit", "1", "--json").document

    assert [(each["position"], each["pointer"]) for each in picked["letters"]] == [(letters[1], "/at")]
    assert (len(limited["letters"]), limited["total"]) == (1, 4)
    assert cairn("dlq", "list", "--since", "1h", "--json").document["total"] == 4
    assert cairn("dlq", "list", "--since", "soon").code == 2
    # Longer ago than there were dates: from the beginning on.
    assert cairn("dlq", "list", "--since", "9" * 30, "--json").document["total"] == 4
    assert cairn("dlq", "show", f"0:{'9' * 5000}").code == 2


@pytest.mark.system
def test_list_of_nothing(cairn: Cairn, own_topics: str) -> None:
    """An empty topic is good news, exit 0."""
    assert cairn("dlq", "list").out == f"Nothing in {own_topics}usage-events-dlq: no record was rejected.\n"


@pytest.mark.system
def test_every_topic_with_dead_letters_can_be_named(cairn: Cairn, own_topics: str) -> None:
    """Without its prefix; a name that has none is refused with a guess."""
    named = cairn("dlq", "list", "--topic", "deliveries-email")
    assert (named.code, named.out) == (0, f"Nothing in {own_topics}deliveries-email-dlq: no record was rejected.\n")
    unknown = cairn("dlq", "list", "--topic", "contact")
    assert unknown.code == 2
    assert "contacts" in unknown.err


@pytest.mark.system
def test_no_topic_is_drift(cairn: Cairn, own_kafka: str) -> None:
    """Without the topic: exit 3 and the command that makes it."""
    outcome = cairn("dlq", "list")

    assert outcome.code == 3
    assert "cairn topics apply" in outcome.err


@pytest.mark.system
def test_show_prints_reason_cure_and_original(cairn: Cairn, letters: list[str], own_topics: str) -> None:
    """Why, the cure, where from, the original headers, key and value; --raw the exact bytes; --json both."""
    outcome, document = cairn("dlq", "show", letters[0]), cairn("dlq", "show", letters[3], "--json").document
    raw = cairn("dlq", "show", letters[0], "--raw")

    assert outcome.code == 0
    assert f"source        {own_topics}usage-events" in outcome.out
    assert "header trace  7" in outcome.out
    assert "murmur2_random" in outcome.out
    assert raw.out == '{"id":"1","contact_id":"c-1","event":"e"}'
    assert base64.b64decode(document["value"]["base64"]) == b"\xff\x00\x1b[2J"
    assert "text" not in document["value"]


@pytest.mark.system
def test_show_of_nothing_says_what_is_there(cairn: Cairn, letters: list[str]) -> None:
    """A position that holds nothing: exit 2 and the offsets that exist."""
    partition = letters[0].partition(":")[0]
    outcome = cairn("dlq", "show", f"{partition}:99")

    assert outcome.code == 2
    assert f"partition {partition} holds offsets 0 to 3" in outcome.err
    assert cairn("dlq", "show", "9:0").code == 2


@pytest.mark.system
def test_replay_sends_back_unchanged(cairn: Cairn, letters: list[str], own_topics: str, kafka: str) -> None:
    """Key, value and own headers as they were, of ours only the attempt; to the partition that murmur2 chooses."""
    outcome = cairn("dlq", "replay", letters[0])
    (sent,) = read(kafka, f"{own_topics}usage-events")

    assert (outcome.code, outcome.out) == (0, f"1 record replayed to {own_topics}usage-events: 1 wrong_partition\n")
    assert (sent.key(), sent.value()) == (b"c-1", b'{"id":"1","contact_id":"c-1","event":"e"}')
    assert sent.headers() == [("trace", b"7"), ("cairn-attempt", b"1")]
    assert sent.partition() == partition_of(b"c-1", PARTITIONS)


@pytest.mark.system
def test_replay_of_all_keeps_back_with_reasons(cairn: Cairn, letters: list[str], own_topics: str, kafka: str) -> None:
    """--all sends what may pass, says why the rest stays, and exits 1 for it. --dry-run sends nothing."""
    rehearsed = cairn("dlq", "replay", "--all", "--dry-run", "--json")
    assert rehearsed.document["dry_run"] is True
    assert read(kafka, f"{own_topics}usage-events") == []

    outcome = cairn("dlq", "replay", "--all", "--json")

    assert outcome.code == 1
    assert [each["position"] for each in outcome.document["replayed"]] == [letters[0]]
    assert {each["code"] for each in outcome.document["refused"]} == {"bad_time", "oversize", "not_json"}
    assert outcome.document["replayed"] == rehearsed.document["replayed"]
    assert len(read(kafka, f"{own_topics}usage-events")) == 1


@pytest.mark.system
def test_replay_by_code_and_force(cairn: Cairn, letters: list[str], own_topics: str, kafka: str) -> None:
    """--code picks; --force sends what would be rejected again, and never a pointer."""
    assert "refused" in cairn("dlq", "replay", "--code", "bad_time").out
    assert cairn("dlq", "replay", "--code", "bad_time", "--force").code == 0
    assert cairn("dlq", "replay", "--code", "oversize", "--force").code == 1
    assert len(read(kafka, f"{own_topics}usage-events")) == 1


@pytest.mark.system
@pytest.mark.parametrize("verb", ["list", "replay"])
def test_a_code_that_there_is_not_is_no_empty_answer(cairn: Cairn, letters: list[str], verb: str) -> None:
    """Misspelled, it would read as if nothing had been refused. One that no letter has now is an answer."""
    outcome = cairn("dlq", verb, "--code", "bad_time", "--code", "wrong_partiton")
    assert (outcome.code, 'did you mean "wrong_partition"?' in outcome.err) == (2, True)
    assert cairn("dlq", verb, "--code", "wrong_partition").code == 0


@pytest.mark.parametrize(
    "arguments", [(), ("3:1", "--all"), ("--all", "--code", "x"), ("3:1", "--since", "1h"), ("x",)]
)
def test_replay_wants_one_clear_choice(cairn: Cairn, arguments: tuple[str, ...]) -> None:
    """Positions, a code or all: nothing, or two of them, is exit 2 before anything is dialled."""
    outcome = cairn("dlq", "replay", *arguments)

    assert outcome.code == 2
    assert "fix:" in outcome.err
