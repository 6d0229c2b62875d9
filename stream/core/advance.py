"""One event on one contact's row: count it, and say which milestones it crossed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

from xxhash import xxh3_64_digest

from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent
from stream.core.amounts import add_exactly, no_amount, pointer
from stream.core.crossed import Crossed
from stream.core.crossing import Move, cross, jump
from stream.core.progress import Amount, Progress
from stream.core.rules import MOST_OCCURRENCES, Plan, Step


class Uncounted(Enum):
    """Why an event left the row as it was, without being wrong."""

    FILTERED = "filtered"
    DUPLICATE = "duplicate"


Outcome = tuple[Crossed, ...] | Uncounted | Rejection
"""What became of an event. The empty tuple, counted and nothing crossed, is the only false one."""

FILTERED = Uncounted.FILTERED
DUPLICATE = Uncounted.DUPLICATE
NOTHING: tuple[Crossed, ...] = ()

Weighed = tuple[Step, Amount | None]


def advance(plan: Plan, row: Progress, event: UsageEvent, signed_up_ms: int | None = None) -> Outcome:
    """Count the event on ``row``, in place, and return its crossings, the one to celebrate last.

    ``plan`` is ``rules.plan(event.event)``; ``signed_up_ms`` (epoch ms) is the contact's sign-up, None if
    not known. The row is changed only when the outcome is a tuple.
    """
    if plan.fixed is not None:
        weighed: Sequence[Weighed] = plan.fixed
    else:
        found = _weigh(plan, event)
        if isinstance(found, Rejection):
            return found
        if not found:
            return FILTERED
        weighed = found
    if plan.ring_bytes:
        # Ids hold no control character, so the joint cannot be part of one.
        seen = xxh3_64_digest(f"{event.source}\n{event.id}".encode())
        ring = row.ring
        place = ring.rfind(seen)
        if place >= 0 and (place & 7 == 0 or _in_ring(ring, seen)):
            return DUPLICATE
        row.ring = (ring + seen)[-plan.ring_bytes :]

    counters = row.counters
    crossed: list[Crossed] | None = None
    for step, amount in weighed:
        slot = step.slot
        try:
            high = before = counters[slot]
        except IndexError:  # the row is older than the metric
            counters.extend([0] * (slot + 1 - len(counters)))
            high = before = 0
        if step.counts:
            after = before + 1
        else:
            if amount is None:
                amount = event.value
            after = before + amount
            if after.__class__ is not int:
                after = add_exactly(before, amount)
            if amount < 0 or row.peaks is not None:
                high = _high_water(row, slot, before, after)
        counters[slot] = after
        thresholds = step.thresholds
        passed = bisect_right(thresholds, after)
        if not passed or thresholds[passed - 1] <= high:
            for stride in step.strides:
                if after // stride > high // stride:
                    break
            else:
                continue
        move = Move(before, high, after)
        crossed = (crossed or []) + cross(plan.rules, step, row, event, move, signed_up_ms)
    return jump(crossed) if crossed else NOTHING


def _weigh(plan: Plan, event: UsageEvent) -> list[Weighed] | Rejection:
    """Return the steps whose filter the event passes, each with its amount; or why it cannot be counted.

    Everything is read before anything is counted: an event counts for all of its metrics or for none.
    """
    weighed: list[Weighed] = []
    properties = event.properties
    for step in plan.steps:
        passes = step.filter
        if passes is not None and not passes(properties):
            continue
        if step.counts:
            weighed.append((step, 1))
            continue
        amount: Any = event.value
        if step.reads is not None:
            amount = properties.get(step.reads)
            if amount.__class__ is not int and amount.__class__ is not Decimal:
                return no_amount(amount, step.reads)
        if step.limit is not None and amount > step.limit:
            return _too_much(step)
        weighed.append((step, amount))
    return weighed


def _in_ring(ring: bytes, seen: bytes) -> bool:
    """Whether the hash stands in the ring, and not across two of its hashes."""
    return any(ring[place : place + 8] == seen for place in range(0, len(ring), 8))


def _high_water(row: Progress, metric: int, before: Amount, after: Amount) -> Amount:
    """Return the sum's high-water mark before this event; keep the new one if the counter is below it."""
    peaks = row.peaks or {}
    high = peaks.get(metric, before)
    if after < high:
        row.peaks = {**peaks, metric: high}
    elif metric in peaks:
        row.peaks = {slot: peak for slot, peak in peaks.items() if slot != metric} or None
    return high


def _too_much(step: Step) -> Rejection:
    ids = ", ".join(goal.id for goal in step.repeating)
    return Rejection(
        "out_of_range",
        f"the amount passes more than {MOST_OCCURRENCES} occurrences at once of {ids}",
        "/value" if step.reads is None else pointer(step.reads),
    )
