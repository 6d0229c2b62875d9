"""What time alone brings: anniversaries, and nudges for being stuck."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stream.core.anniversary import Anniversary, due_ms, occurrences_due
from stream.core.crossed import Crossed
from stream.core.crossing import complete, jump
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
            occurrence = row.occurrence(anniversary.goal.number) + 1
            if occurrence == 1 or anniversary.repeats:
                try:
                    due.append(due_ms(row.signed_up_ms, anniversary.after, occurrence, zone))
                except OverflowError:
                    continue  # the calendar ends before
    return min(due, default=None)


def fire(rules: Rules, row: Progress, contact_id: str, now_ms: int, product_zone: str) -> Fired:
    """Do all that is due at or before ``now_ms``, and mark it in the row, so that it never comes again.

    Crossings that were missed and come due together are one jump. An occurrence that was due before its milestone was
    first applied is passed over: it is marked, and recorded only where `adoption: record_only` asks for it.
    """
    crossed: list[Crossed] = []
    if row.signed_up_ms is not None:
        zone = row.zone or product_zone
        missed = [
            (due, anniversary.goal.number, occurrence, anniversary)
            for anniversary in rules.anniversaries
            for due, occurrence in _missed(anniversary, row, now_ms, zone)
        ]
        for due, number, occurrence, anniversary in sorted(missed, key=lambda each: each[:3]):
            occasion = Occasion(contact_id, due)
            first = not row.occurrence(number)
            row.reach(number, occurrence)
            crossed.append(_crossing(rules, row, anniversary, occurrence, occasion))
            if first and due >= anniversary.goal.first_applied_ms:
                crossed += complete(rules, row, occasion, {number})
    return Fired(jump(crossed), tuple(stuck_nudges(rules, row, contact_id, now_ms)))


def _missed(anniversary: Anniversary, row: Progress, now_ms: int, zone: str) -> Iterator[tuple[int, int]]:
    """Yield (due, occurrence) of what is to be recorded; mark what is passed over."""
    goal, after, signed_up_ms = anniversary.goal, anniversary.after, row.signed_up_ms
    assert signed_up_ms is not None  # noqa: S101 - the caller looked
    done = row.occurrence(goal.number)
    latest = occurrences_due(signed_up_ms, after, now_ms, zone)
    if not anniversary.repeats:
        latest = min(latest, 1)
    begin = done
    if not goal.record_only:
        begin = max(begin, min(latest, occurrences_due(signed_up_ms, after, goal.first_applied_ms - 1, zone)))
    begin = max(begin, latest - MOST_OCCURRENCES)
    if begin > done:
        row.reach(goal.number, begin)
    for occurrence in range(begin + 1, latest + 1):
        yield due_ms(signed_up_ms, after, occurrence, zone), occurrence


def _crossing(rules: Rules, row: Progress, anniversary: Anniversary, occurrence: int, occasion: Occasion) -> Crossed:
    amount = anniversary.after.amount
    return stamp(
        rules,
        row,
        anniversary.goal,
        occasion,
        occurrence=occurrence,
        kind="signed_up",
        unit=anniversary.unit,
        threshold=amount * occurrence,
        before=amount * (occurrence - 1),
        value=amount * occurrence,
        because="adopted" if occasion.at_ms < anniversary.goal.first_applied_ms else None,
    )
