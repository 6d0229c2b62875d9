"""The timer of a contact: it stands no later than the next look, and moves only when it fires too early."""

from __future__ import annotations

from stream.core.celebration.person import PersonRow
from stream.engine.view import View
from stream.planner.topology import DUE


def keep_timer(row: PersonRow, key: bytes, view: View) -> None:
    """See to it that the contact's timer row stands no later than what is due next; the row must be claimed."""
    due_ms = row.next_due_ms
    if due_ms is None or 0 < row.timer_ms <= due_ms:
        return
    if row.timer_ms:
        view.unschedule(DUE, key, row.timer_ms)
    view.schedule(DUE, key, due_ms)
    row.timer_ms = due_ms
