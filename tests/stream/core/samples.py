"""Documents and events for the tests of the core."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from schemas.adoption import Adoption
from schemas.milestones import Document
from schemas.usage_event import UsageEvent
from stream.core.adoption import adopt
from stream.core.advance import Outcome, advance
from stream.core.crossed import Crossed
from stream.core.due import Fired, fire, next_due
from stream.core.nudge import Nudge
from stream.core.progress import Progress, decode_progress, encode_progress, fresh
from stream.core.rules import Rules, compile_rules

APPLIED_MS = 1_700_000_000_000
"""When the rules of a sample were first applied."""


def document(
    metrics: dict[str, Any], milestones: list[dict[str, Any]], history: str = "complete", **rest: Any
) -> Document:
    """Return a document with a product and these parts."""
    product = {"name": "Acme", "url": "https://acme.example"}
    plain = {"version": 1, "product": product, "history": history, "metrics": metrics, "milestones": milestones}
    return Document.model_validate({**plain, **rest})


def counting(*thresholds: int, every: int | None = None, **rest: Any) -> Document:
    """Return a document that counts ``used`` as ``uses``, with a ladder and perhaps a repeating milestone."""
    milestones: list[dict[str, Any]] = [{"id": "uses", "when": {"uses": list(thresholds)}}] if thresholds else []
    if every:
        milestones.append({"id": "club", "when": {"uses": f"every {every}"}})
    return document({"uses": {"count": "events", "from": "used"}}, milestones, **rest)


def summing(*thresholds: Any, every: int | None = None, amount: str = "value", **rest: Any) -> Document:
    """Return a document that sums ``value`` or a property of ``paid`` as ``money``."""
    milestones: list[dict[str, Any]] = [{"id": "money", "when": {"money": list(thresholds)}}] if thresholds else []
    if every:
        milestones.append({"id": "club", "when": {"money": f"every {every}"}})
    return document({"money": {"sum": amount, "from": "paid"}}, milestones, **rest)


def event(name: str = "used", value: int | Decimal = 1, **rest: Any) -> UsageEvent:
    """Return an event of contact c-1; without an id it gets one of its own."""
    usual = {"id": f"e-{uuid.uuid4()}", "contact_id": "c-1", "at_ms": APPLIED_MS}
    return UsageEvent(event=name, value=value, **{**usual, **rest})


class MemberSet:
    """The members of all contacts, in memory."""

    def __init__(self) -> None:
        self.values: set[tuple[str, int, str]] = set()

    def add(self, contact_id: str, metric_number: int, value: str) -> bool:
        """Remember the value; whether it is new."""
        known = len(self.values)
        self.values.add((contact_id, metric_number, value))
        return len(self.values) > known


@dataclass
class Contact:
    """A contact's row under rules that may change."""

    document: Document
    dedupe_ids: int = 16
    adoption: Adoption | None = None
    signed_up_ms: int | None = None
    now_ms: int = APPLIED_MS
    salt: str = "cairn"

    def __post_init__(self) -> None:
        self.row: Progress = fresh()
        self.row.signed_up_ms = self.signed_up_ms
        self.members = MemberSet()
        self.rules: Rules = self._compile()

    def edit(self, document: Document, now_ms: int) -> None:
        """Put other rules into force."""
        self.document, self.now_ms = document, now_ms
        self.rules = self._compile()

    def _compile(self) -> Rules:
        self.adoption = adopt(self.adoption, self.document, self.now_ms)
        return compile_rules(self.document, self.adoption, dedupe_ids=self.dedupe_ids, salt=self.salt)

    def outcome(self, event: UsageEvent) -> Outcome:
        """Return what became of the event, which some metric must count."""
        plan = self.rules.plan(event.event)
        assert plan is not None
        return advance(plan, self.row, event, self.members)

    def crossings(self, *events: UsageEvent) -> list[Crossed]:
        """Return the crossings of events that all must be counted."""
        crossed: list[Crossed] = []
        for each in events:
            outcome = self.outcome(each)
            assert isinstance(outcome, tuple), outcome
            crossed.extend(each for each in outcome if isinstance(each, Crossed))
        return crossed

    def nudges(self, *events: UsageEvent) -> list[str]:
        """Return the nudges of events that all must be counted, as ``milestone/occurrence/kind``."""
        found: list[Nudge] = []
        for each in events:
            outcome = self.outcome(each)
            assert isinstance(outcome, tuple), outcome
            found.extend(each for each in outcome if isinstance(each, Nudge))
        return [f"{each.milestone}/{each.occurrence}/{each.kind}" for each in found]

    def fire(self, now_ms: int) -> Fired:
        """Do what is due; afterwards nothing is that was not already to come."""
        fired = fire(self.rules, self.row, "c-1", now_ms, self.rules.zone)
        following = next_due(self.rules, self.row, self.rules.zone)
        assert following is None or following > now_ms
        return fired

    def restart(self) -> None:
        """Store the row and read it back."""
        self.row = decode_progress(encode_progress(self.row))

    def names(self, *events: UsageEvent) -> list[str]:
        """Return the crossings as ``milestone/occurrence``."""
        return [f"{each.milestone}/{each.occurrence}" for each in self.crossings(*events)]
