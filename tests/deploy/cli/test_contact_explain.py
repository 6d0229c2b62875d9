"""`cairn contact explain` on a real Kafka, beside a tracker and a planner that run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from schemas.contact_change import ContactChange, encode_change
from schemas.decision import decision_id
from schemas.delivery import channel_of, delivery_id
from schemas.partitioner import partition_of
from schemas.receipt import Outcome, Receipt, encode_receipt, receipt_id
from schemas.topics import CELEBRATION_DECISIONS, DELIVERIES, DELIVERY_RECEIPTS, MILESTONE_CROSSED
from tests.deploy.cli.test_run import ROOT
from tests.stream.planner.played import Played
from tests.stream.planner.test_bundle import HOUR, MONDAY_TEN, RULES, later
from tests.system.waiting import until

Cairn = Callable[..., Any]

FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example", time_zone: Europe/Paris}
history: complete
quiet_hours: none
metrics: {documents: {sum: value, from: documents_processed}}
milestones: [{id: documents, when: {documents: [10, 1000]}, call_to_action: {text: Go, url: /go}}]
"""
ANNA = {
    "contact_id": "c-1",
    "email": "anna@example.com",
    "consent_email": True,
    "web_push_subscription": True,
    "web_push_targets": [
        {"endpoint": "https://push.example/wp/0123456789abcdef01234567", "keys": {"p256dh": "p", "auth": "a"}}
    ],
    "time_zone": "Asia/Tokyo",
}


@contextmanager
def workers(directory: Path) -> Iterator[Path]:
    """A tracker and a planner until the block ends."""
    log = directory / "log"
    with log.open("wb") as out:
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", "run", role, "--http-port", "off"],
                env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=out, stderr=out,
            )
            for role in ("tracker", "planner")
        ]  # fmt: skip
    try:
        yield log
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(60)


class Writer:
    """Writes what applications and dispatchers write."""

    def __init__(self, kafka: str, prefix: str) -> None:
        self._prefix = prefix
        self._producer = Producer({"bootstrap.servers": kafka, "partitioner": "murmur2_random"})

    def put(self, topic: str, value: bytes, contact: str = "c-1", partition: int = -1) -> None:
        self._producer.produce(self._prefix + topic, value, contact.encode(), partition)
        assert not self._producer.flush(30)

    def receipt(self, celebration: Any, outcome: Outcome, attempt: int, **more: Any) -> None:
        decision = decision_id(celebration["id"], "web_push")
        delivery = delivery_id(decision, "d")
        receipt = Receipt(
            id=receipt_id(delivery, attempt), delivery_id=delivery, decision_id=decision, contact_id="c-1",
            channel="web_push", attempt=attempt, outcome=outcome, released_at="2026-11-20T14:41:07.000Z",
            at=f"2026-11-20T14:4{attempt}:08.000Z", provider="push.example", **more,
        )  # fmt: skip
        self.put("delivery-receipts", encode_receipt(receipt))


@pytest.fixture
def writer(kafka: str, own_topics: str, cairn: Cairn, tmp_path: Path) -> Writer:
    (tmp_path / "milestones.yaml").write_text(FILE)
    assert cairn("milestones", "apply", "--yes").code == 0
    return Writer(kafka, own_topics)


def explained(cairn: Cairn, contact: str) -> Any:
    outcome = cairn("contact", "explain", contact, "--json")
    return outcome.document if outcome.code == 0 else None


@pytest.mark.system
def test_every_channel_of_a_celebration_is_explained(cairn: Cairn, writer: Writer, tmp_path: Path) -> None:
    """Sent with its attempts, decided against with the reason, waiting for what and until when; and no address."""
    writer.put("contacts", json.dumps(ANNA).encode())
    cairn("events", "send", "--contact", "c-1", "--event", "documents_processed", "--value", "12")
    cairn("events", "send", "--contact", "c-1", "--event", "documents_procesed")
    cairn("events", "send", "--contact", "c-2", "--event", "documents_processed", "--value", "12")
    writer.put("usage-events", b'{"id": "1", "contact_id": "c-1"}')
    writer.put(
        "contact-changes",
        encode_change(ContactChange(contact_id="c-1", change="unsubscribe", at=1_790_000_000_000, channel="email")),
    )
    with workers(tmp_path) as log:

        def decided() -> Any:
            found = explained(cairn, "c-1")
            ready = found and found["celebrations"] and found["dead_letters"] and found["profile"]
            states = [each["state"] for each in found["celebrations"][0]["channels"]] if ready else ["unread"] * 3
            return None if "unread" in states or states[1] == "later" else found

        document = until(decided, within=90, what=f"decisions\n{log.read_text()[-3000:]}")
        (celebration,) = document["celebrations"]
        writer.receipt(celebration, "deferred", 1, until="2026-11-20T15:00:00.000Z", code="429")
        writer.receipt(celebration, "sent", 2, code="201")
        document, plain = explained(cairn, "c-1"), cairn("contact", "explain", "c-1")

        def unknown() -> list[Any]:
            found = explained(cairn, "c-2")
            channels = found["celebrations"][0]["channels"] if found and found["celebrations"] else []
            return [each["channel"] for each in channels if each["waits_for"] == "profile"]

        assert until(unknown, within=60, what="c-2 waits for its profile") == ["web_push", "mobile_push"]

    email, web_push, mobile_push = document["celebrations"][0]["channels"]
    assert (email["state"], email["because"]) == ("no", "channel_off")
    assert (web_push["state"], [each["outcome"] for each in web_push["attempts"]]) == ("sent", ["deferred", "sent"])
    assert (mobile_push["state"], mobile_push["waits_for"]) == ("later", "unreachable")
    assert mobile_push["until_local"].endswith("+09:00")
    assert [each["because"] for each in document["profile"]["channels"]] == ["suppressed", None, "unreachable"]
    assert [(each["change"], each["channel"]) for each in document["changes"]] == [("unsubscribe", "email")]
    assert document["metrics"][0]["next"]["remaining"] == 988
    assert {each["event"]: each["passed"] for each in document["events"]} == {
        "documents_procesed": {},
        "documents_processed": {"documents": 1},
    }
    assert document["dead_letters"] == [{"topic": "usage-events-dlq", "by_code": {"field_missing": 1}}]

    words = " ".join(plain.out.split())
    assert "the milestone, or its tier, does not use this channel" in words
    assert "attempt 2: the provider took it (201, push.example, 2026-11-20T14:42:08.000Z)" in words
    assert "asked again" not in words
    assert "no: no metric counts" in words
    assert "988 to go" in words
    assert "Asia/Tokyo" in words
    assert "anna@" not in plain.out + json.dumps(document)
    assert "wp/0123" not in plain.out + json.dumps(document)


@pytest.mark.system
def test_a_line_that_the_last_attempt_left_out_is_read_from_the_deliveries(cairn: Cairn, writer: Writer) -> None:
    """As a planner wrote them; and the address in them is not shown."""
    with Played(RULES, start_ms=MONDAY_TEN) as played:
        played.profile()
        played.run()
        for milestone in ("teams-1", "pages-10"):
            played.crossed(milestone, metric=milestone.partition("-")[0])
            played.advance(1)
        later(played, 30_000)
        (first,) = [each for each in played.deliveries() if channel_of(each) == "web_push"]
        played.defer(first, HOUR)
        played.apply(RULES.replace("{id: teams-1,", "{id: teams-1, status: retired,"))
        later(played, HOUR)
        for topic in (MILESTONE_CROSSED, CELEBRATION_DECISIONS, *DELIVERIES.values(), DELIVERY_RECEIPTS):
            for record in played.outputs(topic):
                writer.put(topic, record.value() or b"")
    document = explained(cairn, "c-1")
    by_name = {each["milestone"]: each["channels"][1] for each in document["celebrations"]}
    assert {name: each["state"] for name, each in by_name.items()} == {"teams-1": "failed", "pages-10": "on_its_way"}
    assert by_name["teams-1"]["left_out"] == [{"delivery_id": first.id, "attempt": 2}]
    assert by_name["pages-10"]["left_out"] == []
    assert "push.example/1" not in json.dumps(document)


@pytest.mark.system
def test_what_was_before_an_erasure_is_not_told(cairn: Cairn, writer: Writer, tmp_path: Path) -> None:
    """Of an erased contact only when it was erased, though the topics still hold the old life."""
    writer.put("contacts", json.dumps(ANNA).encode())
    cairn("events", "send", "--contact", "c-1", "--event", "documents_processed", "--value", "12")
    with workers(tmp_path) as log:

        def celebrated() -> bool:
            found = explained(cairn, "c-1")
            return bool(found and found["celebrations"] and found["profile"])

        until(celebrated, within=90, what=f"a celebration\n{log.read_text()[-3000:]}")
        assert cairn("contact", "erase", "c-1", "--yes").code == 0

        def erased() -> Any:
            found = explained(cairn, "c-1")
            return found if found and "erased_at" in found and not found["profile"] else None

        document = until(erased, within=60, what="erased")

    assert (document["celebrations"], document["metrics"]) == ([], [])
    assert "anna" not in json.dumps(document)


@pytest.mark.system
def test_what_lies_in_the_wrong_partition_is_found_and_told(cairn: Cairn, writer: Writer) -> None:
    """Only where nothing is in the right one: topic, partition and place, and what cures it."""
    wrong = (partition_of(b"c-1", 4) + 1) % 4
    for topic, value in (
        ("contacts", json.dumps(ANNA).encode()),
        ("contacts", json.dumps(ANNA).encode()),
        ("contact-changes", encode_change(ContactChange(contact_id="c-1", change="mute", at=1_790_000_000_000))),
        ("usage-events", b'{"id": "1", "contact_id": "c-1", "event": "documents_processed"}'),
    ):
        writer.put(topic, value, partition=wrong)
    writer.put("contacts", json.dumps(ANNA | {"contact_id": "c-2"}).encode(), "c-2", wrong)

    outcome, document = cairn("contact", "explain", "c-1"), explained(cairn, "c-1")

    assert document["misplaced"] == [
        {"topic": "usage-events", "partition": wrong, "records": 1, "last_offset": 0},
        {"topic": "contacts", "partition": wrong, "records": 2, "last_offset": 1},
        {"topic": "contact-changes", "partition": wrong, "records": 1, "last_offset": 0},
    ]
    assert outcome.code == 0
    assert "IN THE WRONG PARTITION" in outcome.out
    assert f"partition {partition_of(b'c-1', 4)} is where murmur2 puts the contact" in " ".join(outcome.out.split())
    assert "murmur2_random" in outcome.out

    cairn("events", "send", "--contact", "c-1", "--event", "documents_processed")
    assert cairn("contact", "change", "c-1", "mute").code == 0
    assert [each["topic"] for each in explained(cairn, "c-1")["misplaced"]] == ["contacts"]


@pytest.mark.system
def test_unknown_contact(cairn: Cairn, writer: Writer) -> None:
    """Nothing in any topic: exit 1, with what to check."""
    outcome = cairn("contact", "explain", "nobody", "--json")

    assert (outcome.code, outcome.error["exit"]) == (1, 1)
    assert "'nobody'" in outcome.error["what"]


@pytest.mark.system
def test_no_topics_is_drift(cairn: Cairn, own_kafka: str) -> None:
    """Without topics: exit 3 and the command that makes them."""
    outcome = cairn("contact", "explain", "c-1")

    assert outcome.code == 3
    assert "cairn topics apply" in outcome.err


def test_no_broker_is_exit_4(cairn: Cairn) -> None:
    """A broker that is not there: exit 4."""
    assert cairn("contact", "explain", "c-1", "--bootstrap", "127.0.0.1:1").code == 4
