"""The walk over all rows that some changes of the rules ask for, in slices between batches (engine rule 19).

A milestone with `adoption: record_only` records who is past it already; an anniversary or a nudge for being stuck needs
a timer for contacts who do nothing. The place of the walk is a row of the state: a restart goes on where it stopped.
"""

from __future__ import annotations

from stream.core.due import next_due
from stream.core.progress import fresh
from stream.core.rules import Rules
from stream.core.sweep import adopt_row, is_past
from stream.engine.view import View
from stream.tracker.due import keep_timer
from stream.tracker.topology import PROGRESS, SWEEP, SWEEP_KEY, Sweep
from stream.tracker.writer import Writer

SLICE = 500
"""Rows looked at in one go: about 2 ms, so that a walk over a million rows never delays an event by more."""


def begin_sweep(view: View, since: int) -> None:
    """Walk from the first row; `since` is the version in force before. A walk that is not at its end begins anew, for
    both.
    """
    table = view.rows(SWEEP)
    unfinished: Sweep | None = table.get(SWEEP_KEY)
    table.put(SWEEP_KEY, Sweep(min(since, unfinished.since) if unfinished else since))


def sweep(rules: Rules, view: View, writer: Writer) -> bool:
    """Do one slice; True while rows are left."""
    places = view.rows(SWEEP)
    place: Sweep | None = places.get(SWEEP_KEY)
    if place is None:
        return False
    keys = view.scan(PROGRESS, place.after, SLICE)
    table = view.rows(PROGRESS)
    for key, row in table.peek(keys).items():
        due_ms = next_due(rules, row, rules.zone)
        timer_is_late = due_ms is not None and not 0 < row.timer_ms <= due_ms
        if not timer_is_late and not is_past(rules, row, place.since):
            continue
        claimed = table.claim([key], fresh)[key]
        writer.write_due(key, adopt_row(rules, claimed, key.decode(), place.since))
        keep_timer(rules, claimed, key, view)
    if len(keys) < SLICE:
        places.delete(SWEEP_KEY)
        return False
    places.put(SWEEP_KEY, Sweep(place.since, keys[-1]))
    return True
