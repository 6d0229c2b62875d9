"""The change of a contact as it is written and read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.contact_change import Change, ContactChange, DoubtfulChange, encode_change, read_change
from schemas.rejection import Rejection
from tests.schemas.stand_in import NOW_MS, StandIn

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
VALID = sorted((EXAMPLES / "valid" / "contact-change").iterdir())
INVALID = sorted((EXAMPLES / "invalid" / "contact-change").iterdir())


def read(**fields: Any) -> ContactChange | Rejection:
    body = {"contact_id": "c-1042", "change": "erase", "at": NOW_MS} | fields
    return read_change(StandIn(json.dumps(body).encode()), NOW_MS)


def test_the_contract_example_is_read_whole() -> None:
    change = read_change(StandIn((EXAMPLES / "valid" / "contact-change" / "contract.json").read_bytes()), NOW_MS)
    assert isinstance(change, ContactChange)
    assert (change.contact_id, change.change, change.at_ms) == ("c-1042", "erase", 1_795_185_667_120)
    assert change.reason == "asked for by the contact, ticket 4711"


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_valid_example_is_read(path: Path) -> None:
    assert isinstance(read_change(StandIn(path.read_bytes()), NOW_MS), ContactChange)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_every_invalid_example_is_refused_with_its_code(path: Path) -> None:
    verdict = read_change(StandIn(path.read_bytes()), NOW_MS)
    assert isinstance(verdict, Rejection)
    assert verdict.code == path.name.partition(".")[0]


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"change": "dead_token"}, "field_missing", "/digest"),
        ({"change": "dead_endpoint"}, "field_missing", "/digest"),
        ({"change": "new_endpoint"}, "field_missing", "/web_push_target"),
        ({"change": "mute", "channel": "email"}, "bad_change", "/channel"),
        ({"change": "unsubscribe", "digest": "a" * 64}, "bad_change", "/digest"),
        ({"change": "dead_token", "digest": "A" * 64}, "wrong_type", "/digest"),
    ],
)
def test_a_change_says_what_it_is_about_and_nothing_else(fields: dict[str, Any], code: str, pointer: str) -> None:
    """Who writes a mute of one channel must not believe that it was one."""
    verdict = read(**fields)
    assert isinstance(verdict, Rejection)
    assert (verdict.code, verdict.pointer) == (code, pointer)


def test_what_is_written_is_read_again() -> None:
    change = ContactChange(contact_id="c-1042", change="mute", at=NOW_MS)
    assert read_change(StandIn(encode_change(change)), NOW_MS) == change


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (StandIn(b"{}", a_key=None), "key_missing"),
        (StandIn(None), "value_missing"),
        (StandIn(b""), "value_missing"),
        (StandIn(b"{"), "not_json"),
        (StandIn(b"[]"), "not_an_object"),
        (StandIn(b'{"contact_id":"c-1042","reason":"' + b"x" * 65_536 + b'"}'), "too_large"),
        (StandIn(b'{"contact_id":"c-1043","change":"erase","at":1795000000000}'), "key_mismatch"),
    ],
)
def test_records_that_are_no_change_are_refused(record: StandIn, code: str) -> None:
    verdict = read_change(record, NOW_MS)
    assert isinstance(verdict, Rejection)
    assert verdict.code == code


def test_a_clock_a_little_ahead_is_forgiven_and_one_far_ahead_is_not() -> None:
    """Ten minutes, as for events: a mark in the future would keep a contact out."""
    assert isinstance(read(at=NOW_MS + 600_000), ContactChange)
    verdict = read(at=NOW_MS + 600_001)
    assert isinstance(verdict, Rejection)
    assert (verdict.code, verdict.pointer) == ("time_in_future", "/at")


def test_a_message_never_repeats_what_was_written() -> None:
    verdict = read(change="anna@example.com")
    assert isinstance(verdict, Rejection)
    assert (verdict.code, verdict.pointer) == ("bad_change", "/change")
    assert "anna" not in verdict.message


AGAINST: list[tuple[Change, dict[str, Any]]] = [
    ("unsubscribe", {}),
    ("mute", {}),
    ("complaint", {}),
    ("hard_bounce", {}),
    ("dead_endpoint", {"digest": "a" * 64}),
    ("dead_token", {"digest": "a" * 64}),
]
TARGET = {"endpoint": "https://push.example/1", "keys": {"p256dh": "p", "auth": "a"}}


@pytest.mark.parametrize(("change", "more"), AGAINST)
@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("0001-01-01T00:00:00Z", "time_too_early"),
        (NOW_MS // 1000, "time_too_early"),
        (NOW_MS + 10 * 3_600_000, "time_in_future"),
        ("9999-12-31T23:59:59-05:00", "time_in_future"),
        ("0000-00-00T00:00:00Z", "bad_time"),
        ("yesterday", "bad_time"),
        ("2026-11-20T14:41:07", "bad_time"),
        (NOW_MS / 1000, "wrong_type"),
        (True, "wrong_type"),
        ({}, "wrong_type"),
        (10**30, "out_of_range"),
        ("", "field_missing"),
        (None, "field_missing"),
    ],
)
def test_a_no_holds_whatever_its_date(change: Change, more: dict[str, Any], at: Any, code: str) -> None:
    """It counts as of its record, and one letter tells of the date."""
    found = read(change=change, at=at, **more)
    assert isinstance(found, DoubtfulChange)
    assert (found.change, found.at_ms) == (change, NOW_MS)
    assert (found.fault.code, found.fault.pointer) == (code, "/at")


@pytest.mark.parametrize(("change", "more"), AGAINST)
@pytest.mark.parametrize("reason", ["x" * 1025, 7, {"text": "x"}])
def test_a_no_holds_whatever_its_reason(change: Change, more: dict[str, Any], reason: Any) -> None:
    """The reason is for people: the no counts when it was said, without it."""
    found = read(change=change, at=NOW_MS - 5, reason=reason, **more)
    assert isinstance(found, DoubtfulChange)
    assert (found.change, found.at_ms, found.reason) == (change, NOW_MS - 5, None)
    assert (found.fault.code, found.fault.pointer) == ("wrong_type", "/reason")
    assert isinstance(read(change="resubscribe", reason=reason), Rejection)


@pytest.mark.parametrize(
    ("change", "more"), [("resubscribe", {}), ("new_endpoint", {"web_push_target": TARGET}), ("erase", {})]
)
@pytest.mark.parametrize(
    "at",
    ["0001-01-01T00:00:00+01:00", NOW_MS + 10 * 3_600_000, "9999-12-31T23:59:59-05:00", "yesterday", 1.5, 10**30, None],
)
def test_what_opens_or_ends_everything_is_refused_with_a_date_that_cannot_be(
    change: Change, more: dict[str, Any], at: Any
) -> None:
    """In doubt nothing is let through, and nothing is deleted."""
    verdict = read(change=change, at=at, **more)
    assert isinstance(verdict, Rejection)
    assert verdict.pointer == "/at"


def test_what_opens_counts_as_of_its_record_where_it_is_dated_ahead() -> None:
    """An unsubscribe a minute later must hold."""
    found = read(change="resubscribe", at=NOW_MS + 500_000)
    assert isinstance(found, ContactChange)
    assert found.at_ms == NOW_MS


@pytest.mark.parametrize("field", ["channel", "reason"])
def test_an_empty_text_is_none(field: str) -> None:
    assert read(change="unsubscribe", **{field: ""}) == read(change="unsubscribe")


def test_an_empty_digest_is_a_missing_one() -> None:
    verdict = read(change="dead_token", digest="")
    assert isinstance(verdict, Rejection)
    assert (verdict.code, verdict.pointer) == ("field_missing", "/digest")


def test_a_number_in_a_field_that_nobody_reads_costs_nothing() -> None:
    value = b'{"contact_id":"c-1042","change":"mute","at":%d,"ticket":99999999999999999999}' % NOW_MS
    assert isinstance(read_change(StandIn(value), NOW_MS), ContactChange)
