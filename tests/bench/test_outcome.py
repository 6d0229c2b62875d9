from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.bench.outcome import Outcome, outcome_of

CROSSING = {"contact_id": "c-1", "threshold": 10, "value": 3.5, "detected_at": "now", "source": {"offset": 7}}


@dataclass(frozen=True)
class _Written:
    """A record as a topic holds it."""

    said: dict[str, Any]
    own: list[tuple[str, bytes]] = field(default_factory=list)

    def key(self) -> bytes:
        return b"c-1"

    def value(self) -> bytes:
        return json.dumps(self.said).encode()

    def headers(self) -> list[tuple[str, bytes]]:
        return self.own

    def topic(self) -> str:
        return "t"

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return 0

    def timestamp(self) -> tuple[int, int]:
        return 1, 0


def _outcome(*said: dict[str, Any], strict: bool = True) -> Outcome:
    return outcome_of({"crossings": [_Written(each) for each in said]}, strict=strict)


def test_order_of_records_and_fields_and_the_moment_of_detection_do_not_count() -> None:
    """Two programs write at their own pace; a number is what it is, however many zeros it has."""
    other = {**CROSSING, "contact_id": "c-2"}
    shuffled = dict(reversed([*(CROSSING | {"detected_at": "later"}).items()]))
    assert _outcome(CROSSING, other).same_as(_outcome(other, shuffled))


def test_every_other_field_counts() -> None:
    """A crossing with another value, or from another event, is not the same work."""
    for changed in ({"value": 3.6}, {"source": {"offset": 8}}, {"jump": {"index": 1}}):
        assert not _outcome(CROSSING).same_as(_outcome(CROSSING | changed))


def test_a_record_twice_shows() -> None:
    """Also twice two of the same, which an exclusive or would hide."""
    assert not _outcome(CROSSING).same_as(_outcome(CROSSING, CROSSING, CROSSING))


def test_the_bare_profile_compares_who_and_what() -> None:
    """Its peer writes nothing else."""
    short = {"contact_id": "c-1", "threshold": 10}
    assert _outcome(CROSSING, strict=False).same_as(_outcome(short, strict=False))
    assert not _outcome(CROSSING, strict=False).same_as(_outcome(short | {"threshold": 100}, strict=False))


def test_nothing_written_is_the_same_as_no_topic() -> None:
    """A program without nudges agrees with one that wrote none."""
    assert Outcome({"crossings": 0, "nudges": 0}, {"crossings": 0, "nudges": 0}).same_as(Outcome())
    assert str(Outcome()) == "nothing"


def test_dead_letters_are_compared_without_their_sentences() -> None:
    """Code, place and origin are the contract; the words are a program's own."""

    def letter(code: bytes, message: bytes) -> Outcome:
        headers = [("own", b"1"), ("cairn-error-code", code), ("cairn-error-message", message)]
        return outcome_of({"letters": [_Written({}, headers)]}, strict=True)

    assert letter(b"bad_id", b"one").same_as(letter(b"bad_id", b"another"))
    assert not letter(b"bad_id", b"one").same_as(letter(b"not_json", b"one"))
