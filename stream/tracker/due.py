"""The due time of a contact: an anniversary, or a nudge because nothing happens. One timer row for each contact.

The due time follows from the row; the timer row stands at or before it and moves only when it fires too early (engine
rule 17). A timer row that its contact's row does not know is a ghost and does nothing.
"""

from __future__ import annotations

from stream.core.due import fire, next_due
from stream.core.progress import Progress, fresh
from stream.core.rules import Rules
from stream.engine.view import View
from stream.tracker.topology import DUE, PROGRESS
from stream.tracker.writer import Writer


def keep_timer(rules: Rules, row: Progress, key: bytes, view: View) -> None:
    """See to it that the contact's timer row stands no later than what is due next; the row must be claimed."""
    due_ms = next_due(rules, row, rules.zone)
    if due_ms is None or 0 < row.timer_ms <= due_ms:
        return
    if row.timer_ms:
        view.unschedule(DUE, key, row.timer_ms)
    view.schedule(DUE, key, due_ms)
    row.timer_ms = due_ms


def fire_due(rules: Rules, key: bytes, due_ms: int, view: View, now_ms: int, writer: Writer) -> None:
    """Do what the contact's timer is for; `now_ms` is the task's clock."""
    table = view.rows(PROGRESS)
    row: Progress = table.claim([key], fresh)[key]
    if row.timer_ms != due_ms:
        if key in table.newcomers:
            table.release([key])
        return
    row.timer_ms = 0
    fired = fire(rules, row, key.decode(), now_ms, rules.zone)
    writer.write_due(key, fired.crossed)
    writer.write_due(key, fired.nudges)
    keep_timer(rules, row, key, view)
