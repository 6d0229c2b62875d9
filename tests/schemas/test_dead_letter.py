"""Dead letters: nothing of the record is lost, and the reason can be read back."""

from __future__ import annotations

import base64
import hashlib

import pytest

from schemas.dead_letter import (
    CODES,
    OURS,
    DeadLetter,
    dead_letter,
    dead_letter_topic,
    read_oversize,
    reason_of,
    replay_headers,
)
from tests.schemas.stand_in import StandIn

LIMIT = 1 << 20


def letter_of(record: StandIn, limit: int = LIMIT) -> DeadLetter:
    return dead_letter(record, code="bad_time", message="at is no moment", pointer="/at", limit=limit)


def test_key_value_and_headers_are_unchanged_and_ours_come_last() -> None:
    own = [("traceparent", b"00-\xff"), ("traceparent", b""), ("empty", b"")]
    letter = letter_of(StandIn(b"\xff{", some_headers=own))
    assert (letter.key, letter.value) == (b"c-1042", b"\xff{")
    assert list(letter.headers[:3]) == own
    assert [name for name, _ in letter.headers[3:]] == list(OURS)


@pytest.mark.parametrize(("key", "value"), [(None, b"{}"), (b"", None), (None, None)])
def test_null_keys_and_values_stay_null(key: bytes | None, value: bytes | None) -> None:
    letter = letter_of(StandIn(value, a_key=key))
    assert (letter.key, letter.value) == (key, value)


def test_the_reason_can_be_read_back() -> None:
    reason = reason_of(letter_of(StandIn(b"{}")).headers)
    assert reason is not None
    assert (reason.code, reason.message, reason.pointer) == ("bad_time", "at is no moment", "/at")
    assert (reason.topic, reason.partition, reason.offset, reason.attempt) == ("usage-events", 3, 88121, 1)


@pytest.mark.parametrize(
    "headers",
    [None, [], [("cairn-error-code", b"bad_time")], [(name, b"x") for name in OURS], [(name, None) for name in OURS]],
)
def test_what_is_no_dead_letter_has_no_reason(headers: list[tuple[str, bytes]] | None) -> None:
    assert reason_of(headers) is None


def test_an_unknown_code_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        dead_letter(StandIn(b"{}"), code="tired", message="", limit=LIMIT)


def test_a_replayed_record_has_its_own_headers_and_counts_how_often_it_was_refused() -> None:
    """Refused, replayed, refused again, replayed: the headers do not pile up."""
    own = [("traceparent", b"00")]
    record = StandIn(b"{}", some_headers=own)
    for attempt in (1, 2, 3):
        letter = letter_of(record)
        reason = reason_of(letter.headers)
        assert reason is not None
        assert reason.attempt == attempt
        back = replay_headers(letter.headers)
        assert back == [*own, ("cairn-attempt", str(attempt).encode())]
        record = StandIn(letter.value, letter.key, back)


@pytest.mark.parametrize("count", [b"x", b"", None, b"-5", "\u0663".encode()])
def test_a_broken_attempt_header_keeps_no_record_out_of_its_dead_letter_topic(count: bytes) -> None:
    reason = reason_of(letter_of(StandIn(b"{}", some_headers=[("cairn-attempt", count)])).headers)
    assert reason is not None
    assert reason.attempt >= 1


def test_a_record_that_does_not_fit_becomes_a_pointer_to_itself() -> None:
    """Engine rule 4: a record too big for its dead-letter topic must not make the batch loop for ever."""
    value = bytes(range(256)) * 4096
    letter = letter_of(StandIn(value, some_headers=[("big", b"x" * 9000)]))
    assert letter.value is not None
    pointing = read_oversize(letter.value)
    assert (pointing.topic, pointing.partition, pointing.offset) == ("usage-events", 3, 88121)
    assert (pointing.size, pointing.sha256) == (len(value), hashlib.sha256(value).hexdigest())
    assert base64.b64decode(pointing.head) == value[:4096]
    assert letter.key == b"c-1042"
    reason = reason_of(letter.headers)
    assert reason is not None
    assert reason.code == "oversize"
    assert "bad_time" in reason.message


@pytest.mark.parametrize("part", ["key", "value", "headers"])
def test_no_letter_is_larger_than_the_limit_whichever_part_is_large(part: str) -> None:
    big = b"x" * 30_000
    record = {
        "key": StandIn(b"{}", a_key=big),
        "value": StandIn(big),
        "headers": StandIn(b"{}", some_headers=[("h", big)]),
    }[part]
    letter = letter_of(record, limit=20_000)
    size = len(letter.key or b"") + len(letter.value or b"") + sum(len(n) + len(v) for n, v in letter.headers)
    assert size < 20_000
    assert letter_of(record, limit=40_000).value == record.a_value


def test_every_code_has_a_sentence_and_a_cure() -> None:
    for code, entry in CODES.items():
        assert entry.code == code
        assert entry.sentence.endswith(".")
        assert entry.cure.endswith(".")


def test_the_topic_is_named_after_its_input() -> None:
    assert dead_letter_topic("acme-usage-events") == "acme-usage-events-dlq"
