"""A planner on the driver, with the records that a tracker and applications would have written."""

from __future__ import annotations

import json
from typing import Any, Self

from schemas.contact_change import Change
from schemas.decision import Decision, decode_decision
from schemas.delivery import Delivery, channel_of, decode_delivery
from schemas.milestone_crossed import EventSource, MilestoneCrossed, crossing_id, encode_crossing
from schemas.milestone_nudge import MilestoneNudge, NudgeKind, encode_nudge, nudge_id
from schemas.milestones import Document, read_document
from schemas.moment import rfc3339
from schemas.receipt import Outcome, Receipt, decode_receipt, encode_receipt, receipt_id
from schemas.rules import RulesLog, RulesVersion
from schemas.topics import (
    CELEBRATION_DECISIONS,
    CONTACT_CHANGES,
    CONTACTS,
    DELIVERIES,
    DELIVERY_RECEIPTS,
    MILESTONE_CROSSED,
    MILESTONE_NUDGES,
    MILESTONE_RULES,
)
from stream.core.adoption import next_version
from stream.planner.planner import Planner
from stream.planner.topology import Names, planner_topology
from stream.testing import Driver

SOURCE = EventSource(topic="usage-events", partition=0, offset=1, event_source="", event_id="e")
PROFILE: dict[str, Any] = {
    "email": "ada@example.com",
    "consent_email": True,
    "web_push_subscription": True,
    "web_push_targets": [{"endpoint": "https://push.example/1", "keys": {"p256dh": "p", "auth": "a"}}],
    "fcm_key": ["token-1", "token-2"],
    "name": "Ada",
    "locale": "fr-CA",
    "time_zone": "Europe/Paris",
    "attributes": {"plan": "team"},
}


def planner() -> Planner:
    """A planner without rules."""
    return Planner(planner_topology(), Names.of(""), reward_key="a secret")


def read(text: str) -> Document:
    """The document of a milestones file."""
    found = read_document(text)
    assert isinstance(found, Document), found
    return found


class Played(Driver):
    """A driver whose rules are in force from the beginning."""

    def __init__(self, rules: str, **change: Any) -> None:
        super().__init__(planner(), **change)
        self.apply(rules)

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def apply(self, rules: str) -> RulesVersion:
        """Put a milestones file into force at the driver's time."""
        log = RulesLog()
        for record in self.outputs(MILESTONE_RULES):
            log.take(record.value())
        version = next_version(log.in_force, read(rules), self.now_ms, "the test")
        self.pipe(MILESTONE_RULES, None, version.encode())
        return version

    def profile(self, contact: str = "c-1", **more: Any) -> None:
        """Write a profile that is reached everywhere, but for what `more` says."""
        self.pipe(CONTACTS, contact, json.dumps({"contact_id": contact} | PROFILE | more))

    def change(self, what: Change, contact: str = "c-1", **more: Any) -> None:
        """Write a change, as of now."""
        body = {"contact_id": contact, "change": what, "at": self.now_ms} | more
        self.pipe(CONTACT_CHANGES, contact, json.dumps(body))

    def crossed(self, milestone: str, contact: str = "c-1", **more: Any) -> MilestoneCrossed:
        """Write a crossing, as of now."""
        fields: dict[str, Any] = {
            "metric": "documents",
            "kind": "sum",
            "tier": "minor",
            "threshold": int(milestone.rpartition("-")[2]) if milestone.rpartition("-")[2].isdigit() else 1,
            "occurrence": 1,
            "celebrate": True,
            "occurred_at": rfc3339(self.now_ms),
            "source": SOURCE,
        } | more
        record = MilestoneCrossed(
            id=crossing_id(contact, milestone, fields["occurrence"]),
            contact_id=contact,
            milestone=milestone,
            value_before=fields.pop("value_before", fields["threshold"] - 1),
            value=fields.pop("value", fields["threshold"]),
            detected_at=rfc3339(self.now_ms),
            rules_version=1,
            **fields,
        )
        self.pipe(MILESTONE_CROSSED, contact, encode_crossing(record))
        return record

    def nudged(
        self, milestone: str, threshold: int, contact: str = "c-1", kind: NudgeKind = "near", metric: str = "documents"
    ) -> MilestoneNudge:
        """Write a nudge, as of now."""
        record = MilestoneNudge(
            id=nudge_id(contact, milestone, 1, kind),
            contact_id=contact,
            milestone=milestone,
            occurrence=1,
            kind=kind,
            metric=metric,
            tier="minor",
            threshold=threshold,
            value=threshold - 1,
            remaining=1,
            occurred_at=rfc3339(self.now_ms),
            detected_at=rfc3339(self.now_ms),
            rules_version=1,
            source=SOURCE,
        )
        self.pipe(MILESTONE_NUDGES, contact, encode_nudge(record))
        return record

    def receipt(self, delivery: Delivery, outcome: Outcome = "sent", **more: Any) -> None:
        """Write what a dispatcher says of an attempt, as of now."""
        record = Receipt(
            id=receipt_id(delivery.id, delivery.attempt),
            delivery_id=delivery.id,
            decision_id=delivery.decision_id,
            contact_id=delivery.contact_id,
            channel=channel_of(delivery),
            attempt=delivery.attempt,
            outcome=outcome,
            released_at=delivery.released_at,
            at=rfc3339(self.now_ms),
            **more,
        )
        self.pipe(DELIVERY_RECEIPTS, delivery.contact_id, encode_receipt(record))

    def defer(self, delivery: Delivery, wait_ms: int = 0) -> None:
        """Write that a dispatcher gives a delivery back for so long."""
        self.receipt(delivery, "deferred", until=rfc3339(self.now_ms + wait_ms))

    def own_receipts(self) -> list[Receipt]:
        """The receipts since the last call, by whomever."""
        return [decode_receipt(each.value() or b"") for each in self.read(DELIVERY_RECEIPTS)]

    def decisions(self) -> list[Decision]:
        """What was decided since the last call."""
        return [decode_decision(each.value() or b"") for each in self.read(CELEBRATION_DECISIONS)]

    def said(self) -> dict[str, dict[str, str]]:
        """The decisions since the last call: by milestone and channel, sent or why not; none comes twice."""
        found: dict[str, dict[str, str]] = {}
        for each in self.decisions():
            name = each.milestone if each.subject == "crossing" else f"{each.milestone} ({each.subject})"
            by_channel = found.setdefault(name, {})
            assert each.channel not in by_channel, f"decided twice: {each}"
            by_channel[each.channel] = each.because or "sent"
        return found

    def deliveries(self) -> list[Delivery]:
        """What was handed to dispatchers since the last call, by channel."""
        return [decode_delivery(each.value() or b"") for topic in DELIVERIES.values() for each in self.read(topic)]
