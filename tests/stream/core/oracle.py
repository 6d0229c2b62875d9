"""What should happen, told slowly: the words of the contract over whole histories, with fractions.

It keeps every event ever counted and every crossing ever recorded, and looks through all of it each time. It shares no
code with the core: only the document and the adoption, which say what the rules are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from schemas.adoption import Adoption
from schemas.milestones import Document
from schemas.milestones.metric import Metric
from schemas.usage_event import UsageEvent

Threshold = tuple[Fraction, int, str, int]
"""(threshold, milestone's number, milestone, occurrence); the number decides between equal thresholds."""

LATENESS = timedelta(hours=48)


@dataclass
class Past:
    """What one metric took from each event ever counted, and every value that was ever reached."""

    taken: list[Any] = field(default_factory=list)
    levels: list[Fraction] = field(default_factory=lambda: [Fraction()])
    value: Fraction = Fraction()
    imported: Fraction = Fraction()
    imported_until_ms: int | None = None

    @property
    def high(self) -> Fraction:
        return max(self.levels)

    def come_to(self, value: Fraction, reached: Fraction) -> None:
        self.value = value
        self.levels += [value, reached]


@dataclass
class Oracle:
    """One contact's past. ``window`` is how many of the ids counted last are remembered."""

    window: int
    zone: str = "UTC"
    signed_up_ms: int | None = None
    pasts: dict[str, Past] = field(default_factory=dict)
    ids: list[tuple[str, str]] = field(default_factory=list)
    counted_ms: list[int] = field(default_factory=list)
    recorded: set[tuple[str, int]] = field(default_factory=set)

    def tell(self, document: Document, adoption: Adoption, event: UsageEvent) -> str | list[dict[str, Any]]:
        """Return the crossings of the event as plain facts, or one word for why it was not counted."""
        due = [name for name in document.metrics if self._concerns(document, name, event)]
        if not due:
            return "filtered"
        due.sort(key=lambda name: adoption.metrics[f"{name}/{document.metrics[name].kind}"].number)
        taken = {}
        for name in due:
            found = _taken(document.metrics[name], event)
            if isinstance(found, str):
                return found
            taken[name] = found[0]
        if (event.source, event.id) in self.ids[max(0, len(self.ids) - self.window) :]:
            return "duplicate"
        self.ids.append((event.source, event.id))
        self.counted_ms.append(event.at_ms)
        complete_before = {name for name in _composites(document) if self._is_complete(document, name)}
        facts = []
        for name in due:
            facts += self._count(document, adoption, name, taken[name], event)
        composites = _composites(document)
        for name in sorted(composites, key=lambda each: _depth(document, each)):
            if name in complete_before or (name, 1) in self.recorded or not self._is_complete(document, name):
                continue
            self.recorded.add((name, 1))
            facts.append(self._composite(document, adoption, name, event))
        return facts

    def take_baseline(self, document: Document, name: str, value: Fraction, as_of_ms: int) -> str | None:
        """Import a value; return one word for why not."""
        past = self._past(document, name)
        if past.imported_until_ms == as_of_ms and past.imported == value:
            return "duplicate"
        if any(at <= as_of_ms for at in self.counted_ms) or as_of_ms < (past.imported_until_ms or as_of_ms):
            return "baseline_too_late"
        if document.metrics[name].highest is not None:
            new = max(past.value, value)
        else:
            new = past.value - past.imported + value
        past.imported, past.imported_until_ms = value, as_of_ms
        complete_before = {each for each in _composites(document) if self._is_complete(document, each)}
        past.come_to(new, new)
        for threshold, _, milestone, occurrence in _thresholds(document, None, name, new):
            if threshold <= new:
                self.recorded.add((milestone, occurrence))
        for each in sorted(_composites(document), key=lambda each: _depth(document, each)):
            if each not in complete_before and self._is_complete(document, each):
                self.recorded.add((each, 1))
        return None

    def _past(self, document: Document, name: str) -> Past:
        return self.pasts.setdefault(f"{name}/{document.metrics[name].kind}", Past())

    def _concerns(self, document: Document, name: str, event: UsageEvent) -> bool:
        metric = document.metrics[name]
        if event.event not in metric.from_:
            return False
        for prop, match in metric.where.items():
            found = _json(event.properties.get(prop))
            equal = any(found == _json(wanted) for wanted in match.values)
            if equal == match.negated:
                return False
        until = self._past(document, name).imported_until_ms
        return until is None or event.at_ms > until

    def _count(
        self, document: Document, adoption: Adoption, name: str, taken: Any, event: UsageEvent
    ) -> list[dict[str, Any]]:
        past = self._past(document, name)
        before, high = past.value, past.high
        reached = self._measure(document.metrics[name], past, taken)
        ladder = list(_thresholds(document, adoption, name, reached))
        repeating = {name for name, condition in _conditions(document) if hasattr(condition, "step")}
        hits = []
        for rung in sorted(ladder):
            if high < rung[0] <= reached and (rung[2] in repeating or not self._over(rung)):
                hit = self._numbered(rung, repeating)
                self.recorded.add((hit[2], hit[3]))
                hits.append(hit)
        ahead = min(
            (
                self._numbered(rung, repeating)
                for rung in ladder
                if rung[0] > reached and (rung[2] in repeating or not self._over(rung))
            ),
            default=None,
        )
        ladder = [self._as_said(rung, ladder, reached) if rung[2] in repeating else rung for rung in ladder]
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
                    "value": reached,
                    "previous": behind and (behind[2], behind[3], behind[0]),
                    "next": ahead and (ahead[2], ahead[3], ahead[0], ahead[0] - reached),
                    "because": self._because(document, adoption, [name], milestone, event),
                }
            )
        return facts

    def _measure(self, metric: Metric, past: Past, taken: Any) -> Fraction:
        """Take it in; return the value that the event reached."""
        if metric.streak is not None:
            return self._streak(metric, past, taken)
        past.taken.append(taken)
        new: Fraction
        if metric.highest is not None:
            new = max(past.value, taken)
        elif metric.distinct is not None:
            new = Fraction(len(set(past.taken)))
        else:
            new = past.imported + sum(past.taken, Fraction())
        past.come_to(new, new)
        return new

    def _streak(self, metric: Metric, past: Past, at_ms: int) -> Fraction:
        at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at_ms)
        if past.taken and at < max(past.taken) - LATENESS:
            return Fraction()
        past.taken.append(at)
        periods = {self._period(metric, each) for each in past.taken}
        newest, reached = _run(periods, max(periods)), _run(periods, self._period(metric, at))
        past.come_to(Fraction(newest), Fraction(reached))
        return Fraction(reached)

    def _period(self, metric: Metric, at: datetime) -> int:
        day = at.astimezone(ZoneInfo(self.zone)).date()
        if metric.streak == "weeks":
            return (date.fromisocalendar(*day.isocalendar()[:2], 1) - date(2000, 1, 3)).days // 7
        return day.toordinal()

    def _last(self, milestone: str) -> int:
        return max((occurrence for name, occurrence in self.recorded if name == milestone), default=0)

    def _numbered(self, rung: Threshold, repeating: set[str]) -> Threshold:
        """The rung with the occurrence that comes next: its own place, or one above the last."""
        return (*rung[:3], max(rung[3], self._last(rung[2]) + 1)) if rung[2] in repeating else rung

    def _as_said(self, rung: Threshold, ladder: list[Threshold], reached: Fraction) -> Threshold:
        """The rung with its occurrence, told from that of the newest one reached."""
        newest = max((each[3] for each in ladder if each[2] == rung[2] and each[0] <= reached), default=0)
        return (*rung[:3], rung[3] + max(self._last(rung[2]) - newest, 0))

    def _over(self, rung: Threshold) -> bool:
        """Whether this occurrence, or a higher one of the same milestone, has been recorded."""
        return any(milestone == rung[2] and occurrence >= rung[3] for milestone, occurrence in self.recorded)

    def _is_reached(self, document: Document, milestone: str) -> bool:
        if any(name == milestone for name, _ in self.recorded):
            return True
        for entry in document.milestones:
            condition = entry.when
            if entry.id == milestone and hasattr(condition, "milestones"):
                return self._is_complete(document, milestone)
            metric = getattr(condition, "metric", None)
            if metric is None:
                continue
            high = self._past(document, metric).high
            if any(
                name == milestone and threshold <= high
                for threshold, _, name, _ in _rungs(document, None, metric, every_status=True)
            ):
                return True
        return False

    def _is_complete(self, document: Document, composite: str) -> bool:
        return all(self._is_reached(document, member) for member in _members(document, composite))

    def _composite(self, document: Document, adoption: Adoption, name: str, event: UsageEvent) -> dict[str, Any]:
        count = len(_members(document, name))
        return {
            "milestone": name,
            "occurrence": 1,
            "threshold": Fraction(count),
            "value_before": Fraction(count - 1),
            "value": Fraction(count),
            "previous": None,
            "next": None,
            "because": self._because(document, adoption, _metrics(document, name), name, event),
        }

    def _because(
        self, document: Document, adoption: Adoption, metrics: list[str], milestone: str, event: UsageEvent
    ) -> str | None:
        if not all(self._is_whole(document, adoption, name) for name in metrics):
            return "history_incomplete"
        applied = adoption.milestones[milestone].first_applied_ms
        assert applied is not None
        if event.at_ms < applied:
            return "before_milestone"
        return "backfill" if event.backfill else None

    def _is_whole(self, document: Document, adoption: Adoption, name: str) -> bool:
        metric = document.metrics[name]
        adopted = adoption.metrics[f"{name}/{metric.kind}"]
        always_counted = adopted.counted_since_ms == adopted.first_applied_ms
        complete = (metric.history or document.history) == "complete" and always_counted
        new_contact = self.signed_up_ms is not None and self.signed_up_ms >= adopted.counted_since_ms
        until = self._past(document, name).imported_until_ms
        imported = until is not None and (always_counted or until >= adopted.counted_since_ms)
        return complete or new_contact or imported


def _taken(metric: Metric, event: UsageEvent) -> str | tuple[Any]:
    """Return what the metric takes from the event, or one word for why it cannot."""
    if metric.count is not None:
        return (Fraction(1),)
    if metric.streak is not None:
        return (event.at_ms,)
    found: Any = event.properties.get(metric.amount)
    if metric.distinct is None and metric.amount == "value":
        found = event.value
    if found is None:
        return "field_missing"
    number = isinstance(found, int | Decimal) and not isinstance(found, bool)
    if metric.distinct is not None:
        return (_json(found),) if number or isinstance(found, str | bool) else "wrong_type"
    return (Fraction(found),) if number else "wrong_type"


def _run(periods: set[int], member: int) -> int:
    """Return how many periods in a row there are around one of them."""
    first = last = member
    while first - 1 in periods:
        first -= 1
    while last + 1 in periods:
        last += 1
    return last - first + 1


def _thresholds(document: Document, adoption: Adoption | None, name: str, value: Fraction) -> Iterator[Threshold]:
    """Yield every active threshold on the metric, repeating ones until far above the value."""
    for rung in _rungs(document, adoption, name):
        yield rung
        assert rung[3] < MOST or rung[0] > value, "the oracle looks only so far"


MOST = 300


def _rungs(
    document: Document, adoption: Adoption | None, name: str, *, every_status: bool = False
) -> Iterator[Threshold]:
    for entry in document.milestones:
        condition = entry.when
        wanted = entry.status != "draft" if every_status else entry.status == "active"
        if not wanted or getattr(condition, "metric", None) != name:
            continue
        step = getattr(condition, "step", None)
        if step is not None:
            number = adoption.milestones[entry.id].number if adoption else 0
            for occurrence in range(1, MOST + 1):
                yield Fraction(step) * occurrence, number, entry.id, occurrence
        else:
            for threshold in condition.thresholds:  # type: ignore[union-attr]  # a condition on a metric
                milestone = f"{entry.id}-{threshold}" if condition.ladder else entry.id  # type: ignore[union-attr]
                number = adoption.milestones[milestone].number if adoption else 0
                yield Fraction(threshold), number, milestone, 1


def _conditions(document: Document) -> list[tuple[str, Any]]:
    return [(entry.id, entry.when) for entry in document.milestones]


def _composites(document: Document) -> list[str]:
    return [entry.id for entry in document.milestones if hasattr(entry.when, "milestones") and entry.status == "active"]


def _members(document: Document, composite: str) -> list[str]:
    return [
        member
        for entry in document.milestones
        if entry.id == composite
        for member in getattr(entry.when, "milestones", ())
    ]


def _depth(document: Document, milestone: str) -> int:
    return max((1 + _depth(document, member) for member in _members(document, milestone)), default=0)


def _metrics(document: Document, milestone: str) -> list[str]:
    """Return the metrics that a milestone rests on, however deep."""
    found = [name for member in _members(document, milestone) for name in _metrics(document, member)]
    for name in document.metrics:
        if any(rung[2] == milestone for rung in _rungs(document, None, name, every_status=True)):
            found.append(name)
    return found


def _json(value: object) -> object:
    """Return what compares as JSON does: by type, numbers by value."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return ("number", Fraction(value))
    return json.dumps(value, default=str)
