"""Erasure: rows, records that wait and timer of a contact go; a mark keeps it out until it signs up anew (rule 20)."""

from __future__ import annotations

from stream.core.celebration.person import PersonRow
from stream.core.erased import Erased
from stream.engine.view import View
from stream.erasure_marks import ErasureMarks
from stream.planner.kept import profile_of
from stream.planner.topology import DUE, PEOPLE, PROFILES, SUBJECTS


class Erasures(ErasureMarks):
    """The erased contacts of one partition, and how one becomes so."""

    def erase(self, key: bytes, at_ms: int, view: View, now_ms: int) -> None:
        """Remove what is known of a contact, and keep it out from `at_ms` on; the same again changes nothing.

        Who signed up after the erasure, by a profile that was read first, stays: that is the next life.
        """
        profile = profile_of(view, key, now_ms)
        if profile is not None and (profile.signed_up_ms or 0) > at_ms:
            return
        known = self.among([key], view).get(key)
        self.put(key, Erased(max(at_ms, known.at_ms if known else 0), known.life if known else 1), view)
        row: PersonRow | None = view.rows(PEOPLE).get(key)
        if row is not None and row.timer_ms:
            view.unschedule(DUE, key, row.timer_ms)
        for table in (PEOPLE, PROFILES):
            view.rows(table).delete(key)
        subjects = view.rows(SUBJECTS)
        for each in subjects.under(key + b"\0"):
            subjects.delete(each)
