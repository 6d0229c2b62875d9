"""The verifier is code under test too: it must go red on every kind of fault, each by its name."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from tests.chaos.oracle import Crossing, Oracle
from tests.chaos.verdict import compare


@dataclass
class Event:
    """An input record."""

    at: int
    body: dict[str, object]

    def offset(self) -> int:
        return self.at

    def value(self) -> bytes:
        return json.dumps(self.body).encode()


def event(at: int, contact: str, value: object = 1, *, name: str = "documents_processed", identity: str = "") -> Event:
    return Event(at, {"id": identity or f"e{at}", "contact_id": contact, "event": name, "value": value})


@pytest.fixture
def history() -> list[Crossing]:
    """Six crossings of one partition; the last event of `a` passes several milestones at once."""
    records = [event(0, "a", 10), event(1, "b", 10), event(2, "b", 1, name="logged_in"), event(3, "a", 490)]
    crossings = Oracle(window=16).crossings(records)
    assert [each.identity for each in crossings] == [
        ("a", "documents-10", 1),
        ("b", "documents-10", 1),
        ("b", "logins-1", 1),
        ("a", "documents-100", 1),
        ("a", "documents-500", 1),
        ("a", "documents-club", 1),
        ("a", "documents-club", 2),
    ]
    return crossings


def test_the_same_history_is_sound(history: list[Crossing]) -> None:
    """What came as it had to is sound."""
    assert compare({0: history}, {0: list(history)}).sound


def test_a_planted_duplicate_is_named(history: list[Crossing]) -> None:
    """A record that came twice is a duplicate and nothing else, at the end too."""
    verdict = compare({0: history}, {0: [*history, history[0]]})
    assert not verdict.sound
    assert (verdict.duplicate, verdict.missing, verdict.extra) == ((history[0].identity,), (), ())


def test_a_duplicate_in_another_partition_is_named(history: list[Crossing]) -> None:
    """One contact counted in two partitions shows, though each partition alone looks well."""
    verdict = compare({0: history, 1: []}, {0: list(history), 1: [history[0]]})
    assert verdict.duplicate == (history[0].identity,)


def test_a_planted_loss_is_named(history: list[Crossing]) -> None:
    """A record that did not come is missing and nothing else."""
    verdict = compare({0: history}, {0: history[:2] + history[3:]})
    assert not verdict.sound
    assert (verdict.missing, verdict.duplicate, verdict.extra) == ((history[2].identity,), (), ())


def test_a_loss_at_the_very_end_is_named(history: list[Crossing]) -> None:
    """An output that is a prefix of what had to come is not sound."""
    verdict = compare({0: history}, {0: history[:-1]})
    assert verdict.missing == (history[-1].identity,)
    assert verdict.out_of_step


def test_a_planted_swap_is_out_of_step(history: list[Crossing]) -> None:
    """Two records in the wrong order are neither lost nor double, and yet not sound."""
    swapped = [history[1], history[0], *history[2:]]
    verdict = compare({0: history}, {0: swapped})
    assert not verdict.sound
    assert (verdict.missing, verdict.duplicate, verdict.extra) == ((), (), ())
    assert len(verdict.out_of_step) == 1


def test_a_wrong_number_is_out_of_step(history: list[Crossing]) -> None:
    """A crossing with another value than the input gives was made from a wrong row."""
    wrong = [history[0]._replace(value=11), *history[1:]]
    assert compare({0: history}, {0: wrong}).out_of_step


def test_a_record_that_nothing_explains_is_extra(history: list[Crossing]) -> None:
    """What the input cannot have caused is extra, not a duplicate."""
    ghost = history[0]._replace(contact="nobody")
    verdict = compare({0: history}, {0: [*history, ghost]})
    assert verdict.extra == (ghost.identity,)
    assert verdict.duplicate == ()


def test_the_oracle_counts_a_repeated_event_once_inside_the_window() -> None:
    """The id of one of the last sixteen events of a contact is not counted again; an older one is."""
    twice = [event(0, "a", 5, identity="x"), event(1, "a", 5, identity="x")]
    assert Oracle(window=16).crossings(twice) == []
    later = [twice[0], *(event(at, "a", 0) for at in range(1, 17)), event(17, "a", 5, identity="x")]
    assert [each.identity for each in Oracle(window=16).crossings(later)] == [("a", "documents-10", 1)]


def test_the_oracle_crosses_once_whatever_is_taken_back() -> None:
    """A correction below a threshold and a second way up cross nothing again."""
    records = [event(0, "a", 12), event(1, "a", -8), event(2, "a", 8), event(3, "a", 240)]
    assert [each.identity for each in Oracle(window=16).crossings(records)] == [
        ("a", "documents-10", 1),
        ("a", "documents-100", 1),
        ("a", "documents-club", 1),
    ]
