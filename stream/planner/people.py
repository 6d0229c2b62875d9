"""Profiles and changes: what they say is kept, and what waits for them is looked at again."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.contact import Contact
from schemas.contact_change import ContactChange
from schemas.record import Record
from schemas.rejection import Rejection
from stream.core.celebration.person import PersonRow, new_person
from stream.engine.view import View
from stream.planner.due import keep_timer
from stream.planner.erasures import Erasures
from stream.planner.topology import PEOPLE, PROFILES
from stream.runtime.metrics import ERASED, EVENTS

Profile = Contact | Rejection | None
"""As `schemas.contact.read_contact` gives it: None is a tombstone."""


class People:
    """Takes the profiles and changes of one partition in."""

    def __init__(self, erasures: Erasures) -> None:
        self._erasures = erasures

    def take_profiles(self, records: Sequence[Record], profiles: Sequence[Profile], view: View, now_ms: int) -> None:
        """Keep the last profile of each contact; a tombstone removes it, and nothing is sent any more."""
        view.count(EVENTS, len(records), (records[0].topic(),))
        people, kept = view.rows(PEOPLE), view.rows(PROFILES)
        keys = [record.key() or b"" for record in records]
        known = people.peek(keys)
        erased = self._erasures.among([key for key in keys if key not in known], view)
        for record, key, profile in zip(records, keys, profiles, strict=True):
            if isinstance(profile, Rejection):
                view.reject(record, profile.code, profile.message, profile.pointer)
                continue
            if profile is None:
                if kept.get(key) is not None:
                    kept.delete(key)
                continue
            # A profile of the same batch may have begun the next life.
            mark = erased.get(key) if key in erased and people.get(key) is None else None
            if mark is not None and (profile.signed_up_ms or 0) <= mark.at_ms:
                view.count(ERASED, 1, (record.topic(),))
                continue
            kept.put(key, profile)
            if mark is not None:
                people.claim([key], new_person)  # the next life: with a row of its own nobody looks for the mark
            self._look_again(key, view, now_ms)

    def take_changes(
        self, records: Sequence[Record], changes: Sequence[ContactChange | Rejection], view: View, now_ms: int
    ) -> None:
        """Merge what happened into what is known of the contact. A standing is kept before there is any profile."""
        view.count(EVENTS, len(records), (records[0].topic(),))
        table = view.rows(PEOPLE)
        for record, change in zip(records, changes, strict=True):
            key = record.key() or b""
            if isinstance(change, Rejection):
                view.reject(record, change.code, change.message, change.pointer)
            elif change.change == "erase":
                self._erasures.erase(key, change.at_ms, view)
            else:
                row: PersonRow = table.claim([key], new_person)[key]
                if key in table.newcomers and self._erasures.among([key], view):
                    table.release([key])
                    view.count(ERASED, 1, (record.topic(),))
                    continue
                row.standing.take(change)
                self._look_again(key, view, now_ms)

    @staticmethod
    def _look_again(key: bytes, view: View, now_ms: int) -> None:
        """Let what waits be weighed at once: it may have waited for just this."""
        table = view.rows(PEOPLE)
        known: PersonRow | None = table.get(key)
        if known is None or not known.waiting:
            return
        row: PersonRow = table.claim([key], new_person)[key]
        for waiting in row.waiting:
            waiting.due_ms = min(waiting.due_ms, now_ms)
        keep_timer(row, key, view)
