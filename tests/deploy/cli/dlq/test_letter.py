"""One dead letter: what it says, and whether it may go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deploy.cli.dlq.letter import Letter, counts, letter_of, refusal
from deploy.cli.dlq.position import parse_position
from schemas.dead_letter import dead_letter
from schemas.errors import CairnError

Make = Callable[..., Any]


def rejected(record: Make, code: str, pointer: str = "/x", **parts: Any) -> Letter:
    letter = dead_letter(
        record(offset=88, partition=3, **parts), code=code, message="why", pointer=pointer, limit=10**6
    )
    return letter_of(record(letter.key, letter.value, tuple(letter.headers), topic="usage-events-dlq", offset=5))


def test_a_letter_says_where_it_came_from(record: Make) -> None:
    """Reason and source come from our headers; the record's own headers, key and value are as they were."""
    letter = rejected(record, "bad_time", headers=(("trace", b"\xff"),))

    assert (letter.code, letter.message, letter.pointer, letter.attempt) == ("bad_time", "why", "/x", 1)
    assert (letter.position, letter.source, letter.source_topic) == ("0:5", "usage-events 3:88", "usage-events")
    assert letter.original_headers == (("trace", b"\xff"),)
    assert letter.key == b"c-1"


def test_a_stranger_in_the_topic_is_shown_and_never_replayed(record: Make) -> None:
    """A record without our headers has the code unknown, and no way back."""
    letter = letter_of(record())

    assert letter.code == "unknown"
    assert refusal(letter, force=True) is not None


@pytest.mark.parametrize(
    "code", ["wrong_partition", "internal_error", "time_in_future", "not_renderable", "refused_payload"]
)
def test_what_can_pass_goes_back(record: Make, code: str) -> None:
    """A letter whose cause may be gone is replayed."""
    assert refusal(rejected(record, code)) is None


@pytest.mark.parametrize("code", ["bad_time", "key_missing", "not_json"])
def test_what_would_be_rejected_again_is_kept_back_unless_forced(record: Make, code: str) -> None:
    """The same bytes cannot pass: the reason names the cure, and --force sends them all the same."""
    letter = rejected(record, code)

    assert "--force" in (refusal(letter) or "")
    assert refusal(letter, force=True) is None


@pytest.mark.parametrize("pointer", ["/time_zone", "/timezone", ""])
def test_an_event_that_counted_without_its_zone_never_goes_back(record: Make, pointer: str) -> None:
    """In whichever form it came: the window of duplicates may have passed it by."""
    letter = rejected(record, "bad_zone", pointer, topic="staging-usage-events")

    assert "count twice" in (refusal(letter, force=True) or "")


@pytest.mark.parametrize("pointer", ["/signed_up_at", "/consent_email_at", "/time_zone"])
def test_a_profile_that_was_taken_is_not_put_over_a_newer_one(record: Make, pointer: str) -> None:
    """Its letter tells of one field only."""
    letter = rejected(record, "time_in_future", pointer)

    assert "a newer one" in (refusal(letter) or "")
    assert refusal(letter, force=True) is None


def test_a_pointer_never_goes_back(record: Make) -> None:
    """An oversize letter holds a pointer, not the event: sending it back would lose the event in noise."""
    letter = dead_letter(record(value=b"x" * 5_000), code="not_json", message="why", limit=1_000)
    pointer = letter_of(record(letter.key, letter.value, tuple(letter.headers)))

    assert pointer.code == "oversize"
    assert "points to a record" in (refusal(pointer, force=True) or "")


def test_counts_commonest_first(record: Make) -> None:
    """Counts by code, ties by name."""
    letters = [rejected(record, code) for code in ("not_json", "bad_id", "bad_time", "bad_time")]

    assert list(counts(letters).items()) == [("bad_time", 2), ("bad_id", 1), ("not_json", 1)]


@pytest.mark.parametrize("text", ["", "3", "3:", ":3", "a:b", "-1:3", "3:4:5", "³:1"])
def test_a_wrong_position_is_refused(text: str) -> None:
    """Only partition:offset in digits is a position."""
    with pytest.raises(CairnError, match="no position"):
        parse_position(text)


def test_a_position() -> None:
    """Partition and offset."""
    assert parse_position("3:88121") == (3, 88121)
