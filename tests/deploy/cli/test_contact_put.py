"""`cairn contact put`: all profiles are checked before the first is sent, and lie where tracker and planner look."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from confluent_kafka import Message

from schemas.contact import Contact, read_contact
from schemas.partitioner import partition_of
from schemas.record import Record
from schemas.reject_codes import CODES

Cairn = Callable[..., Any]

ADA = {
    "contact_id": "c-1042",
    "email": "ada@example.com",
    "consent_email": True,
    "time_zone": "Europe/Paris",
    "attributes": {"spent": 19.50},
}
PRETTY = json.dumps(ADA, indent=2).encode()


def lines(*documents: Any) -> bytes:
    return b"\n".join(json.dumps(each).encode() for each in documents)


@pytest.mark.system
@pytest.mark.parametrize("given", [PRETTY, lines(ADA), b"\xef\xbb\xbf" + PRETTY], ids=["pretty", "line", "bom"])
def test_a_profile_lies_where_it_is_looked_for(
    cairn: Cairn, written: Callable[[str], list[Message]], given: bytes
) -> None:
    """Under the contact's key, in the partition of murmur2, as one profile, every number as it stood."""
    document = cairn("contact", "put", "-", "--json", given=given).document
    (record,) = written("contacts")
    assert record.key() == b"c-1042"
    assert record.partition() == partition_of(b"c-1042", 4)
    found = read_contact(cast(Record, record))
    assert isinstance(found, Contact)
    assert (found.email, found.consent_email) == ("ada@example.com", True)
    assert json.loads(record.value() or b"") == ADA
    assert document["sent"] == 1
    assert document["first"] == [{"contact_id": "c-1042", "partition": record.partition(), "offset": record.offset()}]


@pytest.mark.system
def test_many_profiles_by_file(cairn: Cairn, written: Callable[[str], list[Message]], tmp_path: Path) -> None:
    """One on each line; the last of a contact comes last."""
    (tmp_path / "people").write_bytes(
        lines(*({"contact_id": f"c-{number % 5}", "name": f"{number}"} for number in range(10)))
    )
    outcome = cairn("contact", "put", "people")
    assert (outcome.code, "10 profiles sent to " in outcome.out) == (0, True)
    last = {record.key(): json.loads(record.value() or b"")["name"] for record in written("contacts")}
    assert last == {f"c-{number}".encode(): f"{number + 5}" for number in range(5)}


@pytest.mark.system
@pytest.mark.parametrize("fault", [{"name": "nobody"}, {"contact_id": "c-2", "name": 7}])
def test_one_mistake_and_nothing_is_sent(
    cairn: Cairn, written: Callable[[str], list[Message]], fault: dict[str, Any]
) -> None:
    """With its line and its cure, exit 1."""
    outcome = cairn("contact", "put", "-", "--json", given=lines(ADA, fault, ADA))
    assert outcome.code == 1
    (found,) = outcome.document["rejected"]
    assert (found["line"], found["hint"]) == (2, CODES[found["code"]].cure)
    assert outcome.document["sent"] == 0
    assert written("contacts") == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (lines(ADA | {"time_zone": "Mars/Olympus"}), "bad_zone"),
        (lines(ADA | {"time_zone": "CST"}), "bad_zone"),
        (lines(ADA | {"signed_up_at": "0001-01-01T00:00:00Z"}), "time_too_early"),
        (lines(ADA | {"consent_email_at": "2026-04-22"}), "bad_time"),
        (b"{", "not_json"),
        (b'"text"', "not_an_object"),
        (lines({"schema": None, "payload": ADA}), "connect_envelope"),
        (lines(ADA | {"contact_id": ""}), "bad_id"),
        (lines(ADA | {"consent_email": "yes"}), "wrong_type"),
    ],
)
def test_what_the_workers_would_refuse(cairn: Cairn, given: bytes, code: str) -> None:
    """Without any broker: nothing is dialled before all are sound."""
    outcome = cairn("contact", "put", "--json", given=given)
    assert outcome.code == 1
    assert [each["code"] for each in outcome.document["rejected"]] == [code]


def test_a_dry_run_dials_nobody(cairn: Cairn) -> None:
    outcome = cairn("contact", "put", "--dry-run", "--bootstrap", "127.0.0.1:1", given=PRETTY)
    assert (outcome.code, outcome.out) == (0, "1 profile in standard input: all would be let in; nothing was sent\n")


def test_a_field_that_nobody_knows_is_told(cairn: Cairn) -> None:
    """It is ignored by the contract, and most often misspelled."""
    outcome = cairn("contact", "put", "--dry-run", given=lines(ADA | {"emial": "x"}))
    assert outcome.code == 0
    assert "no field 'emial'" in outcome.err
    assert 'did you mean "email"?' in outcome.err


@pytest.mark.parametrize("given", [b"", b"[]", json.dumps([ADA, ADA], indent=1).encode()])
def test_no_profile_and_an_array_are_a_usage_error(cairn: Cairn, given: bytes) -> None:
    outcome = cairn("contact", "put", "-", given=given)
    assert outcome.code == 2
    assert "fix: write one" in outcome.err


def test_a_missing_file(cairn: Cairn) -> None:
    outcome = cairn("contact", "put", "nope.json")
    assert (outcome.code, "where: nope.json" in outcome.err) == (2, True)


def test_no_broker_is_exit_4(cairn: Cairn) -> None:
    outcome = cairn("contact", "put", "--bootstrap", "127.0.0.1:1", "--json", given=PRETTY)
    assert (outcome.code, outcome.error["exit"]) == (4, 4)


@pytest.mark.system
def test_no_topic_is_drift(cairn: Cairn, own_kafka: str) -> None:
    outcome = cairn("contact", "put", given=PRETTY)
    assert (outcome.code, "cairn topics apply" in outcome.err) == (3, True)
