"""`cairn contact change`: a fact about a contact, checked as the workers check it, and where they look for it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any, cast, get_args

import pytest
from confluent_kafka import Message

from schemas.contact_change import Change, ContactChange, read_change
from schemas.partitioner import partition_of
from schemas.record import Record

Cairn = Callable[..., Any]

BROWSER = json.dumps({"endpoint": "https://push.example/1", "keys": {"p256dh": "p", "auth": "a"}, "expirationTime": 1})
MORE: dict[str, tuple[str, ...]] = {
    "dead_endpoint": ("--target", "https://push.example/1"),
    "dead_token": ("--digest", "a" * 64),
    "hard_bounce": ("--target", "Ada@Example.com"),
    "new_endpoint": ("--browser", BROWSER),
}


@pytest.mark.system
def test_every_change_can_be_written(cairn: Cairn, written: Callable[[str], list[Message]]) -> None:
    """Under the contact's key, in the partition of murmur2, as the door lets it in."""
    changes = [each for each in get_args(Change) if each != "erase"]
    for each in changes:
        outcome = cairn("contact", "change", "c-1", each, "--reason", "a ticket", *MORE.get(each, ()))
        assert outcome.code == 0, outcome.err
        assert outcome.out.startswith(f"{each} of c-1 -> ")
    records = written("contact-changes")
    assert {(record.key(), record.partition()) for record in records} == {(b"c-1", partition_of(b"c-1", 4))}
    found = [read_change(cast(Record, record), time.time_ns() // 1_000_000) for record in records]
    assert [each.change for each in found if isinstance(each, ContactChange)] == changes


@pytest.mark.system
def test_where_it_lies_as_json(cairn: Cairn, written: Callable[[str], list[Message]], own_topics: str) -> None:
    document = cairn("contact", "change", "c-1", "unsubscribe", "--channel", "web-push", "--json").document
    (record,) = written("contact-changes")
    place = {"topic": f"{own_topics}contact-changes", "partition": record.partition(), "offset": record.offset()}
    assert document["written"] == place
    assert document["record"] == json.loads(record.value() or b"")
    assert document["record"]["channel"] == "web_push"


def test_a_dry_run_dials_nobody_and_shows_the_record(cairn: Cairn) -> None:
    """The address itself is not in it: its digest is that of its lower-case form."""
    at = "2026-11-20T14:41:07Z"
    given = ("c-1", "hard_bounce", "--target", "Ada@Example.com", "--at", at, "--dry-run", "--bootstrap", "127.0.0.1:1")
    outcome = cairn("contact", "change", *given)
    assert (outcome.code, outcome.err) == (0, "it would be let in; nothing was written\n")
    assert cairn("contact", "change", *given, "--json").document["record"] == {
        "schema_version": 1,
        "contact_id": "c-1",
        "change": "hard_bounce",
        "at": at,
        "digest": hashlib.sha256(b"ada@example.com").hexdigest(),
    }


@pytest.mark.parametrize(
    ("arguments", "fix"),
    [
        (("c-1", "forget"), "one of unsubscribe, mute"),
        (("c-1", "unsubscribe", "--channel", "fax"), "--channel is email, web_push, mobile_push"),
        (("c-1", "mute", "--channel", "email"), "of unsubscribe and resubscribe alone"),
        (("c-1", "dead_token"), "give --target or --digest"),
        (("c-1", "dead_token", "--digest", "xyz"), "give --target or --digest"),
        (("c-1", "dead_token", "--target", "t", "--digest", "a" * 64), "give one of them"),
        (("c-1", "new_endpoint"), "--browser"),
        (("c-1", "new_endpoint", "--browser", "{"), "PushSubscription"),
        (("c-1", "new_endpoint", "--browser", "{}"), "PushSubscription"),
        (("c-1", "mute", "--at", "yesterday"), "RFC 3339"),
        (("c-1", "mute", "--at", "9999999999999"), "NTP"),
        (("c-1", "mute", "--at", "1795000000"), "milliseconds, not seconds"),
        (("c-1", "mute", "--at", "0001-01-01T00:00:00Z"), "zero date"),
        (("c-1", "mute", "--at", "9" * 5000), "RFC 3339"),
        (("c-1", "dead_token", "--target", " "), "the dead endpoint or token"),
        (("c-1", "mute", "--reason", "x" * 1025), "1,024 characters"),
        (("", "mute"), "ids"),
        (("c\x001", "mute"), "ids"),
        (("c-1", "erase"), "cairn contact erase c-1"),
    ],
)
def test_what_the_workers_would_refuse_is_not_written(cairn: Cairn, arguments: tuple[str, ...], fix: str) -> None:
    """Exit 2 with what cures it, before anything is dialled."""
    outcome = cairn("contact", "change", *arguments, "--json")
    assert (outcome.code, outcome.error["exit"]) == (2, 2)
    assert fix in outcome.error["fix"]


def test_no_broker_is_exit_4(cairn: Cairn) -> None:
    assert cairn("contact", "change", "c-1", "mute", "--bootstrap", "127.0.0.1:1").code == 4


@pytest.mark.system
def test_no_topic_is_drift(cairn: Cairn, own_kafka: str) -> None:
    outcome = cairn("contact", "change", "c-1", "mute")
    assert (outcome.code, "cairn topics apply" in outcome.err) == (3, True)
