"""Erasure: rows, records that wait and timer of a contact go; a mark keeps it out until it signs up anew (rule 20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stream.core.celebration.person import PersonRow
from stream.core.erased import Erased, ErasureHash
from stream.engine.view import View
from stream.planner.topology import DUE, ERASED, PEOPLE, PROFILES, SUBJECTS

_NONE: Mapping[bytes, Erased] = {}


class Erasures:
    """The erased contacts of one partition. Only a contact without a row can be one, so only those are looked up."""

    def __init__(self, names: ErasureHash) -> None:
        self._names = names
        self._any = False

    def begin(self, view: View) -> None:
        """Find out whether there is any: as long as there is none, newcomers cost nothing more."""
        self._any = self._any or bool(view.scan(ERASED, b"", 1))

    def among(self, keys: Iterable[bytes], view: View) -> Mapping[bytes, Erased]:
        """Return which of these contacts, all without a row, are erased, each with its mark."""
        if not self._any:
            return _NONE
        names = {self._names.of(key): key for key in keys}
        return {names[name]: mark for name, mark in view.rows(ERASED).peek(names).items()}

    def erase(self, key: bytes, at_ms: int, view: View) -> None:
        """Remove what is known of a contact, and keep it out from `at_ms` on; the same again changes nothing.

        Who signed up after the erasure, by a profile that was read first, stays: that is the next life.
        """
        profile = view.rows(PROFILES).get(key)
        if profile is not None and (profile.signed_up_ms or 0) > at_ms:
            return
        known = view.rows(ERASED).get(self._names.of(key))
        mark = Erased(max(at_ms, known.at_ms if known else 0), known.life if known else 1)
        view.rows(ERASED).put(self._names.of(key), mark)
        self._any = True
        row: PersonRow | None = view.rows(PEOPLE).get(key)
        if row is not None and row.timer_ms:
            view.unschedule(DUE, key, row.timer_ms)
        for table in (PEOPLE, PROFILES):
            view.rows(table).delete(key)
        subjects = view.rows(SUBJECTS)
        for each in subjects.under(key + b"\0"):
            subjects.delete(each)
