"""The oracle names every fault that is planted, and finds none where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from deploy.demo.received import Received
from schemas.channel import CHANNELS
from schemas.decision import Decision, decision_id
from schemas.delivery import Delivery, EmailTo, Message, delivery_id, digest_of
from schemas.receipt import Outcome, Receipt, receipt_id
from tests.chaos.celebrations.evidence import Evidence
from tests.chaos.celebrations.judge import judge
from tests.deploy.demo.samples import CROSSED

AT = "2026-11-20T14:41:07.000Z"
AT_MS = 1_795_185_667_000
TO = EmailTo(address="ada@people.example")
CROSSING = msgspec.structs.replace(CROSSED, tier="major")


def decision(channel: Any, **more: Any) -> Decision:
    fields: dict[str, Any] = {"send": channel == "email", "because": None if channel == "email" else "consent"}
    return Decision(
        id=decision_id("x", channel),
        contact_id="c-1",
        subject="crossing",
        subject_id="x",
        milestone="documents-10",
        occurrence=1,
        channel=channel,
        decided_at=AT,
        rules_version=1,
        **fields | more,
    )


def delivery(attempt: int = 1) -> Delivery:
    decided = decision_id("x", "email")
    return Delivery(
        id=delivery_id(decided, digest_of(TO)),
        decision_id=decided,
        contact_id="c-1",
        attempt=attempt,
        to=TO,
        released_at=AT,
        send_by=AT,
        message=Message(crossing=CROSSING, product="B", product_url="https://b.example", locale="en", time_zone="UTC"),
    )


def receipt(outcome: Outcome, attempt: int = 1, **more: Any) -> Receipt:
    handed = delivery()
    return Receipt(
        id=receipt_id(handed.id, attempt),
        delivery_id=more.pop("delivery_id", handed.id),
        decision_id=handed.decision_id,
        contact_id="c-1",
        channel="email",
        attempt=attempt,
        outcome=outcome,
        released_at=AT,
        at=AT,
        **more,
    )


MAIL = Received(channel="email", contact="c-1", place=TO.address, repeat="<1@acme>", title="Ten", body="Ten")
GOOD = Evidence(
    crossings=[CROSSING],
    decisions=[decision(each) for each in CHANNELS],
    deliveries=[delivery(1), delivery(2)],
    receipts=[receipt("deferred", until=AT), receipt("sent", 2)],
    received=[MAIL],
)


def test_a_run_without_faults_has_none() -> None:
    """A deferred delivery that was sent with its second attempt is one message."""
    verdict = judge(GOOD)
    assert verdict.sound, str(verdict)
    assert (verdict.figures["deliveries"], verdict.figures["attempts"], verdict.figures["received"]) == (1, 2, 1)


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        ({"decisions": GOOD.decisions[1:]}, "without a decision"),
        ({"decisions": [*GOOD.decisions, GOOD.decisions[1]]}, "decisions too many"),
        ({"decisions": [decision("email", send=False, because="consent"), *GOOD.decisions[1:]]}, "without a yes"),
        ({"deliveries": [], "receipts": [], "received": []}, "yeses without a delivery"),
        ({"deliveries": [delivery(1), delivery(1)]}, "attempts are not"),
        ({"deliveries": [delivery(1), delivery(3)]}, "attempts are not"),
        ({"receipts": GOOD.receipts[:1], "received": []}, "without an end"),
        ({"receipts": [*GOOD.receipts, receipt("sent", delivery_id="else")]}, "receipts of nothing"),
        ({"receipts": [receipt("deferred", until=AT), receipt("expired", 2)], "received": []}, "contact agrees"),
        ({"withdrawn_ms": {"c-1": AT_MS - 1}}, "without consent"),
        ({"received": []}, "sent, and not there"),
        ({"received": [MAIL, replace(MAIL, place="else@people.example")]}, "never released"),
        ({"received": [MAIL, MAIL]}, "came twice"),
    ],
)
def test_every_planted_fault_is_named(planted: dict[str, Any], named: str) -> None:
    verdict = judge(replace(GOOD, **planted))
    assert not verdict.sound
    assert any(named in each for each in verdict.faults), str(verdict)


def test_what_was_under_way_at_a_kill_may_come_twice_and_no_more() -> None:
    """At least once is the promise of a dispatcher, and how often it is used is counted."""
    assert judge(replace(GOOD, received=[MAIL, MAIL], in_flight=1)).sound
    assert not judge(replace(GOOD, received=[MAIL, MAIL, MAIL], in_flight=1)).sound


def test_consent_that_was_withdrawn_after_the_release_is_no_fault() -> None:
    assert judge(replace(GOOD, withdrawn_ms={"c-1": AT_MS})).sound
