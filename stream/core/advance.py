"""One event on one contact's row: count it, and say which milestones it crossed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

from xxhash import xxh3_64_digest

from schemas.milestones.metric import DISTINCT_BOUND
from schemas.rejection import Rejection
from schemas.usage_event import UsageEvent
from stream.core.amounts import add_exactly, exact_gap, no_amount, pointer
from stream.core.crossed import Crossed
from stream.core.crossing import Move, settle
from stream.core.filters import Filter
from stream.core.members import Members, canonical
from stream.core.nudge import Nudge
from stream.core.occasion import Occasion
from stream.core.progress import Amount, Baselines, Progress
from stream.core.rules import Plan
from stream.core.step import MOST_OCCURRENCES, Step
from stream.core.streak import begin, extend
from stream.core.stuck import rise


class Uncounted(Enum):
    """Why an event left the row as it was, without being wrong."""

    FILTERED = "filtered"
    """No metric lets it in, or the imported baselines hold it already."""
    DUPLICATE = "duplicate"


Outcome = tuple[Crossed | Nudge, ...] | Uncounted | Rejection
"""What became of an event: what it crossed, then the nudges. The empty tuple, counted and nothing crossed, is the only
false one."""

FILTERED = Uncounted.FILTERED
DUPLICATE = Uncounted.DUPLICATE
NOTHING: tuple[Crossed | Nudge, ...] = ()

_DAY_MS = 86_400_000

Weighed = tuple[Step, Any, Filter | None]
"""A step, what it takes from the event (an amount, None for the event's value; or a distinct value as text), and the
filter that is still to be asked."""


def advance(plan: Plan, row: Progress, event: UsageEvent, members: Members) -> Outcome:
    """Count the event on ``row``, in place, and return its crossings, the one to celebrate last, and its nudges.

    ``plan`` is ``rules.plan(event.event)``, ``members`` are the distinct values seen so far. Row and members are
    changed only when the outcome is a tuple.
    """
    weighed: Sequence[Weighed] | None = plan.fixed
    if weighed is None or (row.baselines is not None and _is_imported(row.baselines, event.at_ms)):
        found = _weigh(plan, row, event)
        if isinstance(found, Rejection):
            return found
        if not found:
            return FILTERED
        weighed = found
    ring_bytes = plan.ring_bytes
    if ring_bytes:
        # Ids hold no control character, so the joint cannot be part of one.
        seen = xxh3_64_digest(f"{event.source}\n{event.id}".encode())
        ring = row.ring
        place = ring.rfind(seen)
        if place >= 0 and (place & 7 == 0 or _in_ring(ring, seen)):
            return DUPLICATE
        row.ring = (ring + seen)[-ring_bytes:]
    at_ms = event.at_ms
    day = at_ms // _DAY_MS
    if day > row.last_day:
        row.last_day = day
    if not 0 < row.first_ms <= at_ms:
        row.first_ms = at_ms

    counters = row.counters
    moves: list[tuple[Step, Move]] | None = None
    for step, amount, passes in weighed:
        if passes is not None and not passes(event.properties):
            continue
        slot = step.slot
        try:
            high = before = counters[slot]
        except IndexError:  # the row is older than the metric
            counters.extend([0] * (plan.width - len(counters)))
            high = before = 0
        if step.counts:
            after = counters[slot] = before + 1
            if row.peaks is not None:
                high = keep_high(row, slot, before, after, after)
        elif step.adds:
            if amount is None:
                amount = event.value
            after = before + amount
            if after.__class__ is not int:
                after = add_exactly(before, amount)
            counters[slot] = after
            if amount < 0 or row.peaks is not None:
                high = keep_high(row, slot, before, after, after)
        elif (
            step.streaks
            and row.streaks is not None
            and (streak := row.streaks.get(slot)) is not None
            and streak.newest_ms <= at_ms < streak.until_ms
            and streak.zone == (event.time_zone or row.zone or step.zone)
        ):
            streak.newest_ms = at_ms  # one more on the day of the newest, as most are
            continue
        else:
            if step.streaks and step.has_turned(row):
                # From days to weeks, or back: it begins anew, and so does what was the longest.
                before = 0
                row.peaks = {key: peak for key, peak in (row.peaks or {}).items() if key != slot} or None
            counter, after = _measure(step, row, event, members, before, amount)
            counters[slot] = counter
            high = keep_high(row, slot, before, counter, after)
        marks = step.marks
        passed = bisect_right(marks, after)
        if not passed or marks[passed - 1] <= high:
            for stride in step.strides:
                if after // stride > high // stride:
                    break
            else:
                if not step.nudging or after <= high:
                    continue
                if not (step.nearing and step.comes_near(high, after)):
                    if step.waits[passed]:
                        rise(step, row, Occasion(event.contact_id, at_ms, event.backfill))
                    continue
        moves = moves or []
        moves.append((step, Move(before, high, after)))
    return settle(plan.rules, row, Occasion(event.contact_id, at_ms, event.backfill), moves) if moves else NOTHING


def keep_high(row: Progress, metric: int, before: Amount, counter: Amount, reached: Amount) -> Amount:
    """Return the high-water mark before this event; keep the new one if the counter is below it.

    ``before`` and ``counter`` are the metric's value before and after, ``reached`` the highest that was reached.
    """
    peaks = row.peaks or {}
    high = peaks.get(metric, before)
    peak = max(high, reached)
    if counter < peak:
        row.peaks = {**peaks, metric: peak}
    elif metric in peaks:
        row.peaks = {slot: peak for slot, peak in peaks.items() if slot != metric} or None
    return high


def _measure(
    step: Step, row: Progress, event: UsageEvent, members: Members, before: Amount, taken: Any
) -> tuple[Amount, Amount]:
    """Return the value of a metric that is no running total, and the highest value that the event reached."""
    if step.kind == "highest":
        highest = max(before, taken)
        return highest, highest
    if step.kind == "distinct":
        known = before + 1 if before < DISTINCT_BOUND and members.add(event.contact_id, step.slot, taken) else before
        return known, known
    streaks = row.streaks or {}
    zone = event.time_zone or row.zone
    streak = streaks.get(step.slot)
    if streak is None:
        row.streaks = {**streaks, step.slot: begin(event.at_ms, zone, step.zone, weeks=step.weeks)}
        return 1, 1
    touch = extend(streak, event.at_ms, zone, step.zone, weeks=step.weeks)
    return touch.newest, touch.longest


def _weigh(plan: Plan, row: Progress, event: UsageEvent) -> list[Weighed] | Rejection:
    """Return the steps that count the event, each with what it takes from it; or why it cannot be counted.

    Everything is read before anything is counted: an event counts for all of its metrics or for none.
    """
    weighed: list[Weighed] = []
    properties = event.properties
    baselines = row.baselines
    for step in plan.steps:
        passes = step.filter
        if passes is not None and not passes(properties):
            continue
        if baselines is not None and step.slot in baselines and event.at_ms <= baselines[step.slot][1]:
            continue
        if step.counts or step.streaks:
            weighed.append((step, 1, None))
            continue
        taken: Any = event.value
        if step.kind == "distinct":
            assert step.reads is not None  # noqa: S101 - only a property is distinct
            taken = canonical(properties.get(step.reads))
            if taken is None:
                return no_amount(properties.get(step.reads), step.reads, "counts the values of")
        elif step.reads is not None:
            taken = properties.get(step.reads)
            if taken.__class__ is not int and taken.__class__ is not Decimal:
                return no_amount(taken, step.reads, "sums" if step.adds else "takes the highest of")
        if step.limit is not None and step.kind != "distinct":
            rise_by = taken if step.adds else exact_gap(taken, row.counter(step.slot))
            if rise_by > step.limit:
                return _too_much(step)
        weighed.append((step, taken, None))
    return weighed


def _is_imported(baselines: Baselines, at_ms: int) -> bool:
    """Whether an event of this time may be in what was imported of some metric; few are, and the rest stay fast."""
    for _, as_of_ms in baselines.values():  # noqa: SIM110 - a generator would cost every event more than all else here
        if at_ms <= as_of_ms:
            return True
    return False


def _in_ring(ring: bytes, seen: bytes) -> bool:
    """Whether the hash stands in the ring, and not across two of its hashes."""
    return any(ring[place : place + 8] == seen for place in range(0, len(ring), 8))


def _too_much(step: Step) -> Rejection:
    ids = ", ".join(goal.id for goal in step.repeating)
    return Rejection(
        "out_of_range",
        f"the amount passes more than {MOST_OCCURRENCES} occurrences at once of {ids}",
        "/value" if step.reads is None else pointer(step.reads),
    )
