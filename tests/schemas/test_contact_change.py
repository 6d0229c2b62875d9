"""The change of a contact as it is written and read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.contact_change import ContactChange, encode_change, read_change
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
