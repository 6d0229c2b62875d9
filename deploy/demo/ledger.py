"""What must come out, counted by the plainest code from what went in, apart from the code that it judges."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from schemas.door import Door
from schemas.milestones import Document, Kind, Metric, expand
from schemas.milestones.condition import AllOf
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
    values: dict[str, set[str]] = field(default_factory=dict)
    days: dict[str, set[date]] = field(default_factory=dict)
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
        self.zones: dict[str, str] = {}
        """The time zones of contacts, as far as they are known."""
        self._zone = document.product.time_zone
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
        numbers = [each for name, each in amounts.items() if self._metrics[name].kind != Kind.DISTINCT]
        if not all(isinstance(each, int | Decimal) for each in numbers):
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
            total = self._total(account, metric, amount, event)
            for milestone, occurrence in self._reached(metric, total):
                # What was reached stays reached, whatever is refunded later.
                self.expected.setdefault(Identity(event.contact_id, milestone, occurrence), place)
        for each in self._milestones:
            if isinstance(each.condition, AllOf) and all(
                Identity(event.contact_id, member, 1) in self.expected for member in each.condition.milestones
            ):
                self.expected.setdefault(Identity(event.contact_id, each.id, 1), place)

    def _total(self, account: Account, name: str, amount: Any, event: UsageEvent) -> Decimal:
        """What the metric is after the event."""
        before = account.totals.get(name, Decimal(0))
        match self._metrics[name].kind:
            case Kind.HIGHEST:
                after = max(before, Decimal(amount))
            case Kind.DISTINCT:
                values = account.values.setdefault(name, set())
                values.add(amount)
                after = Decimal(len(values))
            case Kind.STREAK:
                zone = ZoneInfo(self.zones.get(event.contact_id, self._zone))
                day = datetime.fromtimestamp(event.at_ms / 1000, zone).date()
                days = account.days.setdefault(name, set())
                days.add(day)
                after = Decimal(next(back for back in range(9999) if day - timedelta(back) not in days))
            case _:
                after = before + amount
        account.totals[name] = after
        return after

    def _amounts(self, event: UsageEvent) -> Iterator[tuple[str, Any]]:
        """By how much the event moves each metric that counts it."""
        for name, metric in self._metrics.items():
            if event.event in metric.from_ and _fits(metric, event.properties):
                if metric.count is not None or metric.streak is not None:
                    yield name, 1
                else:
                    read = metric.amount
                    yield name, event.value if read == "value" else event.properties.get(read)

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
