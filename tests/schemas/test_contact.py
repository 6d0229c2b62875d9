"""The contact as applications write it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.contact import Contact, read_contact
from schemas.rejection import Rejection
from tests.schemas.stand_in import StandIn

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
VALID = sorted((EXAMPLES / "valid" / "contact").iterdir())
INVALID = sorted((EXAMPLES / "invalid" / "contact").iterdir())


def read(**fields: Any) -> Contact | Rejection | None:
    return read_contact(StandIn(json.dumps({"contact_id": "c-1042"} | fields).encode()))


def test_the_contract_example_is_read_whole() -> None:
    contact = read_contact(StandIn((EXAMPLES / "valid" / "contact" / "contract.json").read_bytes()))
    assert isinstance(contact, Contact)
    assert (contact.email, contact.consent_email, contact.time_zone) == ("contact@example.com", True, "America/Toronto")
    assert contact.web_push_targets[0].keys.auth == "cLE535hlweUHEDTh6dLSCg"
    assert contact.fcm_keys == ("dXhZ1example:APA91bExample",)
    assert contact.signed_up_ms == 1_776_863_100_000
    assert contact.consent_email_ms == 1_776_863_160_000
    assert contact.attributes == {"plan": "team", "trial": False}


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_valid_example_is_read(path: Path) -> None:
    assert isinstance(read_contact(StandIn(path.read_bytes())), Contact)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_every_invalid_example_is_refused_with_its_code(path: Path) -> None:
    verdict = read_contact(StandIn(path.read_bytes()))
    assert isinstance(verdict, Rejection)
    assert verdict.code == path.name.partition(".")[0]


def test_null_is_a_tombstone() -> None:
    assert read_contact(StandIn(None)) is None


def test_null_and_absent_mean_the_same_and_consent_is_never_assumed() -> None:
    contact = read(email=None, attributes=None, consent_email=None, signed_up_at=None)
    assert contact == read()
    assert isinstance(contact, Contact)
    assert (contact.consent_email, contact.web_push_subscription, contact.fcm_keys) == (False, False, ())
    assert contact.signed_up_ms is None


def test_one_token_or_several() -> None:
    """The source's FCM key is one text; a contact with two devices has two."""
    one, two = read(fcm_key="a"), read(fcm_key=["a", "b"])
    assert isinstance(one, Contact)
    assert isinstance(two, Contact)
    assert (one.fcm_keys, two.fcm_keys) == (("a",), ("a", "b"))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"email": 7}, ("wrong_type", "/email")),
        ({"consent_email": "yes"}, ("wrong_type", "/consent_email")),
        (
            {"web_push_targets": [{"endpoint": "https://a", "keys": {"p256dh": "B", "auth": 1}}]},
            ("wrong_type", "/web_push_targets/0/keys/auth"),
        ),
        (
            {"web_push_targets": [{"endpoint": "https://a", "keys": {"auth": "c"}}]},
            ("field_missing", "/web_push_targets/0/keys"),
        ),
        ({"signed_up_at": "2026-04-22"}, ("bad_time", "/signed_up_at")),
        ({"attributes": {"a": {"b": 10**30}}}, ("out_of_range", "/attributes/a/b")),
        ({"contact_id": "c-1043"}, ("key_mismatch", "/contact_id")),
        ({"contact_id": "c\n"}, ("bad_id", "/contact_id")),
        ({"contact_id": "é" * 200}, ("bad_id", "/contact_id")),
    ],
)
def test_a_fault_has_its_code_and_pointer(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    verdict = read(**fields)
    assert isinstance(verdict, Rejection)
    assert (verdict.code, verdict.pointer) == expected


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (StandIn(b"{}", a_key=None), "key_missing"),
        (StandIn(b"{"), "not_json"),
        (StandIn(b""), "not_json"),
        (StandIn(b"[]"), "not_an_object"),
        (StandIn(b'{"contact_id":"c-1042","name":"' + b"x" * 65_536 + b'"}'), "too_large"),
        (StandIn(b'{"contact_id":"c-1042","a":' + b"[" * 16 + b"]" * 16 + b"}"), "too_deep"),
    ],
)
def test_records_that_are_no_contact_are_refused(record: StandIn, code: str) -> None:
    verdict = read_contact(record)
    assert isinstance(verdict, Rejection)
    assert verdict.code == code


def test_a_message_never_repeats_an_address() -> None:
    verdict = read(consent_email="anna@example.com")
    assert isinstance(verdict, Rejection)
    assert "anna" not in verdict.message
