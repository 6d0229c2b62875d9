"""`cairn contact erase` on a real Kafka."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import Any, cast

import pytest
from confluent_kafka import Message

from schemas.contact_change import ContactChange, read_change
from schemas.partitioner import partition_of
from schemas.record import Record

Cairn = Callable[..., Any]
NOW_MS = 1 << 42
"""Later than any clock of a test."""


class Terminal(io.StringIO):
    """A standard input with a person before it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], list[str]]:
    """A person on the terminal who says yes or no; what was asked is noted."""

    def say(yes: bool) -> list[str]:
        asked: list[str] = []

        def confirm(text: str, *, err: bool) -> bool:
            asked.append(text)
            return yes

        monkeypatch.setattr(sys, "stdin", Terminal())
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
        monkeypatch.setattr("typer.confirm", confirm)
        return asked

    return say


@pytest.mark.system
def test_a_change_and_a_tombstone_are_written(cairn: Cairn, written: Callable[[str], list[Message]]) -> None:
    """Under the contact's key, in the partition of murmur2; the change passes the tracker's door."""
    outcome = cairn("contact", "erase", "c-1", "--reason", "ticket 4711")

    assert outcome.code == 0, outcome.err
    (change,), (tombstone,) = written("contact-changes"), written("contacts")
    found = read_change(cast(Record, change), NOW_MS)
    assert isinstance(found, ContactChange)
    assert (found.contact_id, found.change, found.reason) == ("c-1", "erase", "ticket 4711")
    assert (tombstone.key(), tombstone.value()) == (b"c-1", None)
    assert change.partition() == tombstone.partition() == partition_of(b"c-1", 4)


@pytest.mark.system
def test_it_says_what_remains(cairn: Cairn, own_topics: str) -> None:
    """Topic by topic, as the brokers have it."""
    plain = cairn("contact", "erase", "c-1")
    document = cairn("contact", "erase", "c-1", "--json").document

    remains = {each["topic"].removeprefix(own_topics): each for each in document["remains"]}
    assert remains["usage-events"]["retention_ms"] == 30 * 86_400_000
    assert remains["usage-events-dlq"]["retention_ms"] == 30 * 86_400_000
    assert remains["milestone-crossed"]["retention_ms"] is None
    assert remains["contact-changes"]["retention_ms"] is None
    assert remains["contacts"]["compacted"]
    assert remains["cairn-tracker-changelog"]["compacted"]
    assert [each["what"] for each in document["written"]] == ["erasure", "tombstone"]
    assert document["contact_id"] == "c-1"
    words = " ".join(plain.out.split())
    assert "its counters, milestones, timers and profile" in words
    assert "30 days" in words
    assert "for ever" in words


@pytest.mark.system
@pytest.mark.parametrize("yes", [True, False])
def test_a_person_is_asked_first(
    cairn: Cairn, written: Callable[[str], list[Message]], answer: Callable[[bool], list[str]], yes: bool
) -> None:
    """A no writes nothing and exits with 1."""
    asked = answer(yes)

    outcome = cairn("contact", "erase", "c-1")

    assert len(asked) == 1
    assert outcome.code == (0 if yes else 1)
    assert len(written("contact-changes")) == len(written("contacts")) == int(yes)


@pytest.mark.system
@pytest.mark.parametrize("option", ["--yes", "--json"])
def test_who_says_yes_or_is_a_program_is_not_asked(
    cairn: Cairn, own_topics: str, answer: Callable[[bool], list[str]], option: str
) -> None:
    """Scripts go on."""
    asked = answer(False)

    assert cairn("contact", "erase", "c-1", option).code == 0
    assert asked == []


@pytest.mark.system
def test_no_topics_is_drift(cairn: Cairn, own_kafka: str) -> None:
    """Nothing is written; exit 3 and the command that makes them."""
    outcome = cairn("contact", "erase", "c-1", "--yes")

    assert outcome.code == 3
    assert "cairn topics apply" in outcome.err


@pytest.mark.parametrize("contact", ["", "a\nb", "é" * 129, "\udc80"])
def test_what_is_no_id_is_refused_before_a_broker_is_asked(cairn: Cairn, contact: str) -> None:
    """Exit 2: a worker would refuse the record."""
    outcome = cairn("contact", "erase", contact, "--json", "--bootstrap", "127.0.0.1:1")

    assert outcome.code == 2
    assert "cairn contact erase" in json.loads(outcome.err)["error"]["where"]


def test_no_broker_is_exit_4(cairn: Cairn) -> None:
    """A broker that is not there: exit 4."""
    assert cairn("contact", "erase", "c-1", "--yes", "--bootstrap", "127.0.0.1:1").code == 4
