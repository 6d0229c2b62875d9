"""What must come out, counted by the plainest code from what went in, apart from the code that it judges."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from schemas.door import Door
from schemas.milestones import Document, Metric, expand
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent

_WINDOW = 16
"""Ids remembered per contact: the tracker's default, `tracker.dedupe_window`."""


class Identity(NamedTuple):
    """What there may be one crossing of."""

    contact: str
    milestone: str
    occurrence: int


class Place(NamedTuple):
    """Where a usage event lies."""

    partition: int
    offset: int


@dataclass(slots=True)
class Account:
    """What is known of one contact."""

    totals: dict[str, Decimal] = field(default_factory=dict)
    seen: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=_WINDOW))


class Ledger:
    """Enters the records of usage-events, each partition in its order.

    `expected` holds every crossing that is due with the event that brings it, `refused` every event that belongs into
    the dead-letter topic with the code, `repeats` counts events that came again and may not count again.
    """

    def __init__(self, document: Document) -> None:
        self.expected: dict[Identity, Place] = {}
        self.refused: dict[Place, str] = {}
        self.by_source: dict[str, int] = {}
        self.repeats = 0
        self._metrics = document.metrics
        self._milestones = [each for each in expand(document) if each.entry.status == "active"]
        self._accounts: dict[str, Account] = {}
        self._door = Door()

    def enter(self, record: Record, now_ms: int) -> UsageEvent | None:
        """Count one record; returns its event, None if it is refused."""
        (event,) = self._door.admit([record], now_ms)
        place = Place(record.partition(), record.offset())
        if isinstance(event, Rejection):
            self.refused[place] = event.code
            return None
        self.by_source[event.source] = self.by_source.get(event.source, 0) + 1
        amounts = dict(self._amounts(event))
        if any(isinstance(each, str) or not isinstance(each, int | Decimal) for each in amounts.values()):
            self.refused[place] = "wrong_type"
            return None
        if amounts:
            self._count(event, amounts, place)
        return event

    def _count(self, event: UsageEvent, amounts: dict[str, Any], place: Place) -> None:
        account = self._accounts.setdefault(event.contact_id, Account())
        identity = event.source, event.id
        if identity in account.seen:
            self.repeats += 1
            return
        account.seen.append(identity)
        for metric, amount in amounts.items():
            total = account.totals[metric] = account.totals.get(metric, Decimal(0)) + amount
            for milestone, occurrence in self._reached(metric, total):
                # What was reached stays reached, whatever is refunded later.
                self.expected.setdefault(Identity(event.contact_id, milestone, occurrence), place)

    def _amounts(self, event: UsageEvent) -> Iterator[tuple[str, Any]]:
        """By how much the event moves each metric that counts it."""
        for name, metric in self._metrics.items():
            if event.event in metric.from_ and _fits(metric, event.properties):
                if metric.count is not None:
                    yield name, 1
                elif metric.sum is not None:
                    yield name, event.value if metric.sum == "value" else event.properties.get(metric.sum)

    def _reached(self, metric: str, total: Decimal) -> Iterator[tuple[str, int]]:
        for each in self._milestones:
            if each.metric != metric or total <= 0:
                continue
            if each.every is not None:
                yield from ((each.id, occurrence) for occurrence in range(1, int(total // each.every) + 1))
            elif each.threshold is not None and total >= each.threshold:
                yield each.id, 1


def _fits(metric: Metric, properties: dict[str, Any]) -> bool:
    for name, wanted in metric.where.items():
        # true is not 1 here, as in JSON.
        value = properties.get(name)
        among = any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in wanted.values)
        if among == wanted.negated:
            return False
    return True
