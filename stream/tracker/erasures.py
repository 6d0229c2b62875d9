"""Erasure: all rows of a contact go, and a mark stays that keeps it out until it signs up anew (engine rule 20)."""

from __future__ import annotations

from schemas.limits import DEFAULTS
from stream.core.erased import Erased
from stream.core.progress import Progress, fresh
from stream.core.rules import Rules
from stream.engine.view import View
from stream.erasure_marks import ErasureMarks
from stream.tracker.due import keep_timer
from stream.tracker.members import TableMembers
from stream.tracker.topology import DUE, MEMBERS, PROGRESS


class Erasures(ErasureMarks):
    """The erased contacts of one partition, and how one becomes so."""

    def erase(self, rules: Rules, key: bytes, at_ms: int, view: View, now_ms: int) -> None:
        """Remove what is known of a contact, and keep it out from `at_ms` on; the same again changes nothing.

        `now_ms` is the wall clock: a sign-up ahead of it, which earlier releases took, survives nothing.
        """
        row: Progress | None = view.rows(PROGRESS).get(key)
        mark = self.among([key], view).get(key)
        # Inputs are read by their timestamps, and the last profiles before all else: who signed up after the erasure
        # may have come first.
        came_back = row is not None and at_ms < (row.signed_up_ms or 0) <= DEFAULTS.signed_up(now_ms).latest_ms
        if row is not None and mark is not None and came_back and row.life > mark.life:
            self.put(key, Erased(max(at_ms, mark.at_ms), mark.life), view)
            return
        life = row.life if row is not None else mark.life if mark is not None else 1
        left = Erased(max(at_ms, mark.at_ms if mark is not None else 0), life)
        self.put(key, left, view)
        if row is not None:
            _remove(key, row, view)
            if came_back:
                self.revive(rules, key, left, row.zone, row.signed_up_ms, view)

    def revive(
        self, rules: Rules, key: bytes, mark: Erased, zone: str | None, signed_up_ms: int | None, view: View
    ) -> None:
        """Begin the next life of an erased contact, whose sign-up lies behind its erasure."""
        row: Progress = view.rows(PROGRESS).claim([key], fresh)[key]
        row.life = mark.life + 1
        row.zone, row.signed_up_ms = zone, signed_up_ms
        keep_timer(rules, row, key, view)


def _remove(key: bytes, row: Progress, view: View) -> None:
    """Nothing else is ever kept of a contact, and nothing at all without its row."""
    if row.timer_ms:
        view.unschedule(DUE, key, row.timer_ms)
    view.rows(PROGRESS).delete(key)
    TableMembers(view.rows(MEMBERS)).remove(key)
