"""Profiles and changes: what they say is kept, and what waits for them is looked at again."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.contact import Profile
from schemas.contact_door import Change, ReadProfile
from schemas.record import Record
from schemas.rejection import Rejection
from stream.core.celebration.person import PersonRow, new_person
from stream.core.celebration.reach import places_of
from stream.engine.view import View
from stream.planner.due import keep_timer
from stream.planner.erasures import Erasures
from stream.planner.kept import profile_of
from stream.planner.topology import PEOPLE, PROFILES
from stream.runtime.metrics import ERASED, EVENTS, REJECTS


def _with_dead(key: bytes, view: View) -> PersonRow | None:
    """The row of a contact some of whose places are dead, to be changed; None for everybody else, who are most."""
    table = view.rows(PEOPLE)
    known: PersonRow | None = table.get(key)
    if known is None or not known.standing.dead:
        return None
    row: PersonRow = table.claim([key], new_person)[key]
    return row


def _note_places(key: bytes, profile: Profile, view: View, now_ms: int) -> None:
    """See whether a profile that takes the place of another names a dead place again."""
    if (row := _with_dead(key, view)) is not None:
        before = profile_of(view, key, now_ms)
        row.standing.named(places_of(profile), places_of(before) if before is not None else None, profile.as_of_ms)


class People:
    """Takes the profiles and changes of one partition in.

    What is refused is counted and passed over: the tracker reads the same topics, judges by the same door, and runs
    wherever a planner does, so it writes the one dead letter.
    """

    def __init__(self, erasures: Erasures) -> None:
        self._erasures = erasures

    def take_profiles(
        self, records: Sequence[Record], profiles: Sequence[ReadProfile], view: View, now_ms: int
    ) -> None:
        """Keep the last profile of each contact; a tombstone removes it, and nothing is sent any more."""
        view.count(EVENTS, len(records), (records[0].topic(),))
        people, kept = view.rows(PEOPLE), view.rows(PROFILES)
        keys = [record.key() or b"" for record in records]
        known = people.peek(keys)
        erased = self._erasures.among([key for key in keys if key not in known], view)
        for record, key, profile in zip(records, keys, profiles, strict=True):
            if isinstance(profile, Rejection):
                view.count(REJECTS, 1, (record.topic(), profile.code))
                continue
            if profile is None:
                self._remove(key, view, now_ms)
                continue
            # A profile of the same batch may have begun the next life.
            mark = erased.get(key) if key in erased and people.get(key) is None else None
            if mark is not None and (profile.signed_up_ms or 0) <= mark.at_ms:
                view.count(ERASED, 1, (record.topic(),))
                continue
            _note_places(key, profile, view, now_ms)
            kept.put(key, profile.kept)
            if mark is not None:
                people.claim([key], new_person)  # the next life: with a row of its own nobody looks for the mark
            self._look_again(key, view, now_ms)

    def take_changes(self, records: Sequence[Record], changes: Sequence[Change], view: View, now_ms: int) -> None:
        """Merge what happened into what is known of the contact. A standing is kept before there is any profile."""
        view.count(EVENTS, len(records), (records[0].topic(),))
        table = view.rows(PEOPLE)
        for record, change in zip(records, changes, strict=True):
            key = record.key() or b""
            if isinstance(change, Rejection):
                view.count(REJECTS, 1, (record.topic(), change.code))
            elif change.change == "erase":
                self._erasures.erase(key, change.at_ms, view, now_ms)
            else:
                # Read first: a consent dated ahead of this change must not defeat it later.
                profile = profile_of(view, key, now_ms)
                row: PersonRow = table.claim([key], new_person)[key]
                if key in table.newcomers and self._erasures.among([key], view):
                    table.release([key])
                    view.count(ERASED, 1, (record.topic(),))
                    continue
                row.standing.take(change, profile.email if profile is not None else None)
                self._look_again(key, view, now_ms)

    @staticmethod
    def _remove(key: bytes, view: View, now_ms: int) -> None:
        profile = profile_of(view, key, now_ms)
        if profile is None:
            return
        if (row := _with_dead(key, view)) is not None:
            row.standing.removed(places_of(profile), now_ms)
        view.rows(PROFILES).delete(key)

    @staticmethod
    def _look_again(key: bytes, view: View, now_ms: int) -> None:
        """Let what waits be weighed at once: it may have waited for just this."""
        table = view.rows(PEOPLE)
        known: PersonRow | None = table.get(key)
        if known is None or not known.waiting:
            return
        row: PersonRow = table.claim([key], new_person)[key]
        for waiting in row.waiting:
            waiting.look_at(now_ms)
        keep_timer(row, key, view)
