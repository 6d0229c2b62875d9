"""What should happen, told slowly: the words of the contract over whole histories, with fractions.

It keeps every event ever counted and every crossing ever recorded, and looks through all of it each time. It shares no
code with the core: only the document and the adoption, which say what the rules are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from schemas.adoption import Adoption
from schemas.milestones import Document
from schemas.usage_event import UsageEvent

Threshold = tuple[Fraction, int, str, int]
"""(threshold, milestone's number, milestone, occurrence); the number decides between equal thresholds."""


@dataclass
class Oracle:
    """One contact's past. ``window`` is how many of the ids counted last are remembered."""

    window: int
    amounts: dict[str, list[Fraction]] = field(default_factory=dict)
    ids: list[tuple[str, str]] = field(default_factory=list)
    recorded: set[tuple[str, int]] = field(default_factory=set)

    def tell(
        self, document: Document, adoption: Adoption, event: UsageEvent, signed_up_ms: int | None
    ) -> str | list[dict[str, Any]]:
        """Return the crossings of the event as plain facts, or one word for why it was not counted."""
        due = [name for name in document.metrics if self._concerns(document, name, event)]
        if not due:
            return "filtered"
        added = {}
        for name in due:
            metric = document.metrics[name]
            amount: Any = 1
            if metric.sum is not None:
                amount = event.value if metric.sum == "value" else event.properties.get(metric.sum)
            if amount is None:
                return "field_missing"
            if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
                return "wrong_type"
            added[name] = Fraction(amount)
        if (event.source, event.id) in self.ids[max(0, len(self.ids) - self.window) :]:
            return "duplicate"
        self.ids.append((event.source, event.id))
        facts = []
        for name in due:
            facts += self._count(document, adoption, name, added[name], event, signed_up_ms)
        return facts

    def _concerns(self, document: Document, name: str, event: UsageEvent) -> bool:
        metric = document.metrics[name]
        if event.event not in metric.from_:
            return False
        for prop, match in metric.where.items():
            found = _json(event.properties.get(prop))
            equal = any(found == _json(wanted) for wanted in match.values)
            if equal == match.negated:
                return False
        return True

    def _count(
        self,
        document: Document,
        adoption: Adoption,
        name: str,
        amount: Fraction,
        event: UsageEvent,
        signed_up_ms: int | None,
    ) -> list[dict[str, Any]]:
        key = f"{name}/{document.metrics[name].kind}"
        past = self.amounts.setdefault(key, [])
        before = sum(past, Fraction())
        high = max((sum(past[:length], Fraction()) for length in range(len(past) + 1)), default=Fraction())
        past.append(amount)
        after = before + amount
        ladder = list(_thresholds(document, adoption, name, after))
        hits = sorted(rung for rung in ladder if high < rung[0] <= after and not self._over(rung))
        self.recorded.update((milestone, occurrence) for _, _, milestone, occurrence in hits)
        ahead = min((rung for rung in ladder if rung[0] > after and not self._over(rung)), default=None)
        facts = []
        for threshold, _, milestone, occurrence in hits:
            lower = [rung for rung in ladder if rung[0] < threshold]
            behind = max(lower, key=lambda rung: (rung[0], -rung[1]), default=None)
            facts.append(
                {
                    "milestone": milestone,
                    "occurrence": occurrence,
                    "threshold": threshold,
                    "value_before": before,
                    "value": after,
                    "previous": behind and (behind[2], behind[3], behind[0]),
                    "next": ahead and (ahead[2], ahead[3], ahead[0], ahead[0] - after),
                    "because": _because(document, adoption, name, milestone, event, signed_up_ms),
                }
            )
        return facts

    def _over(self, rung: Threshold) -> bool:
        """Whether this occurrence, or a higher one of the same milestone, has been recorded."""
        return any(milestone == rung[2] and occurrence >= rung[3] for milestone, occurrence in self.recorded)


def _thresholds(document: Document, adoption: Adoption, name: str, value: Fraction) -> Iterator[Threshold]:
    """Yield every threshold on the metric, repeating ones until far above the value."""
    for entry in document.milestones:
        condition = entry.when
        if entry.status != "active" or getattr(condition, "metric", None) != name:
            continue
        step = getattr(condition, "step", None)
        if step is not None:
            number = adoption.milestones[entry.id].number
            for occurrence in range(1, 300):
                yield Fraction(step) * occurrence, number, entry.id, occurrence
            assert Fraction(step) * 100 > value, "the oracle looks only so far"
        else:
            for threshold in condition.thresholds:  # type: ignore[union-attr]  # a condition on a metric
                milestone = f"{entry.id}-{threshold}" if condition.ladder else entry.id  # type: ignore[union-attr]
                yield Fraction(threshold), adoption.milestones[milestone].number, milestone, 1


def _because(
    document: Document, adoption: Adoption, name: str, milestone: str, event: UsageEvent, signed_up_ms: int | None
) -> str | None:
    metric = document.metrics[name]
    adopted = adoption.metrics[f"{name}/{metric.kind}"]
    always_counted = adopted.counted_since_ms == adopted.first_applied_ms
    complete = (metric.history or document.history) == "complete" and always_counted
    new_contact = signed_up_ms is not None and signed_up_ms >= adopted.counted_since_ms
    if not complete and not new_contact:
        return "history_incomplete"
    applied = adoption.milestones[milestone].first_applied_ms
    assert applied is not None
    if event.at_ms < applied:
        return "before_milestone"
    return "backfill" if event.backfill else None


def _json(value: object) -> object:
    """Return what compares as JSON does: by type, numbers by value."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return ("number", Fraction(value))
    return json.dumps(value, default=str)
