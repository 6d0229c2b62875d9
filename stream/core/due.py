"""What time alone brings: anniversaries, and nudges for being stuck."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stream.core.anniversary import Anniversary, due_ms, occurrences_due
from stream.core.crossed import Crossed
from stream.core.crossing import complete, jump
from stream.core.goal import Goal
from stream.core.nudge import Nudge
from stream.core.occasion import Occasion
from stream.core.progress import Progress
from stream.core.rules import Rules
from stream.core.stamp import stamp
from stream.core.step import MOST_OCCURRENCES
from stream.core.stuck import stuck_nudges, waits


class Fired(NamedTuple):
    """What was due: crossings, the one to celebrate last, and nudges, the earliest first.

    Each one's ``occurred_at_ms`` is when it was due.
    """

    crossed: tuple[Crossed, ...]
    nudges: tuple[Nudge, ...]


def next_due(rules: Rules, row: Progress, product_zone: str) -> int | None:
    """Return when (epoch ms) there is next something for `fire` to do; None if never. It may be past."""
    due = [wait.due_ms for wait in waits(rules, row)]
    if row.signed_up_ms is not None:
        zone = row.zone or product_zone
        for anniversary in rules.anniversaries:
            if anniversary.repeats or not row.occurrence(anniversary.goal.number):
                try:
                    due.append(due_ms(row.signed_up_ms, anniversary.after, _done(anniversary, row, zone) + 1, zone))
                except OverflowError:
                    continue  # the calendar ends before
    return min(due, default=None)


def fire(rules: Rules, row: Progress, contact_id: str, now_ms: int, product_zone: str) -> Fired:
    """Do all that is due at or before ``now_ms``, and mark it in the row, so that it never comes again.

    Crossings that were missed and come due together are one jump. What was due before its milestone came into force
    with the condition that it has is passed over: it is marked, and recorded only where `adoption: record_only` asks
    for it.
    """
    crossed: list[Crossed] = []
    if row.signed_up_ms is not None:
        zone = row.zone or product_zone
        missed = [
            (due, anniversary.goal.number, date, anniversary)
            for anniversary in rules.anniversaries
            for due, date in _missed(anniversary, row, now_ms, zone)
        ]
        for due, number, date, anniversary in sorted(missed, key=lambda each: each[:3]):
            occasion = Occasion(contact_id, due)
            first = not row.occurrence(number)
            _mark(anniversary.goal, row, date, max(date, row.occurrence(number) + 1))
            crossed.append(_crossing(rules, row, anniversary, date, occasion))
            if first and due >= anniversary.goal.since_ms:
                crossed += complete(rules, row, occasion, {number})
    return Fired(jump(crossed), tuple(stuck_nudges(rules, row, contact_id, now_ms)))


def _missed(anniversary: Anniversary, row: Progress, now_ms: int, zone: str) -> Iterator[tuple[int, int]]:
    """Yield (due, date) of what is to be recorded, a date being the 1st, 2nd and so on; mark what is passed over."""
    goal, after, signed_up_ms = anniversary.goal, anniversary.after, row.signed_up_ms
    assert signed_up_ms is not None  # noqa: S101 - the caller looked
    if row.occurrence(goal.number) and not anniversary.repeats:
        return
    done = _done(anniversary, row, zone)
    latest = occurrences_due(signed_up_ms, after, now_ms, zone)
    if not anniversary.repeats:
        latest = min(latest, 1)
    begin = done
    if not goal.record_only:
        begin = max(begin, min(latest, occurrences_due(signed_up_ms, after, goal.since_ms - 1, zone)))
    begin = max(begin, latest - MOST_OCCURRENCES)
    if begin > done:
        _mark(goal, row, begin, max(begin, row.occurrence(goal.number)))
    for date in range(begin + 1, latest + 1):
        yield due_ms(signed_up_ms, after, date, zone), date


def _done(anniversary: Anniversary, row: Progress, zone: str) -> int:
    """Return how many dates, as they are counted now, are said or passed over.

    That is the occurrence, but where the condition was another one when that was said: then it is what was due before
    the change, and from the next date on what the row has of its own for that.
    """
    goal = anniversary.goal
    occurrence = row.occurrence(goal.number)
    if not goal.changed or not occurrence:
        return occurrence
    dates = row.dates(goal.number, goal.since_ms)
    if dates is not None:
        return dates
    assert row.signed_up_ms is not None  # noqa: S101 - the callers looked
    return occurrences_due(row.signed_up_ms, anniversary.after, goal.since_ms - 1, zone)


def _mark(goal: Goal, row: Progress, date: int, occurrence: int) -> None:
    row.reach(goal.number, occurrence)
    if goal.changed:
        row.mark_dates(goal.number, goal.since_ms, date)


def _crossing(rules: Rules, row: Progress, anniversary: Anniversary, date: int, occasion: Occasion) -> Crossed:
    amount = anniversary.after.amount
    return stamp(
        rules,
        row,
        anniversary.goal,
        occasion,
        occurrence=row.occurrence(anniversary.goal.number),
        kind="signed_up",
        unit=anniversary.unit,
        threshold=amount * date,
        before=amount * (date - 1),
        value=amount * date,
        because="adopted" if occasion.at_ms < anniversary.goal.since_ms else None,
    )
