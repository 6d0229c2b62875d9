"""Rows of their own: the profile; the record of a crossing or nudge, as it came, while it waits or is out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from schemas.contact import Profile, believed
from stream.core.celebration.out import Out
from stream.core.celebration.person import PersonRow
from stream.core.celebration.subject import Subject, decode_kept
from stream.engine.view import View
from stream.planner.topology import PROFILES, SUBJECTS


def profile_of(view: View, contact: bytes, clock_ms: int) -> Profile | None:
    """Return the last profile of a contact.

    One that an earlier release kept had its moments taken as they were written: they are held against the clock now,
    and the profile is kept without those that are not believed. Waiting until they have passed would not do: a consent
    dated ahead would defeat, from then on, what the contact said before.
    """
    return profiles_of(view, [contact], clock_ms).get(contact)


def profiles_of(view: View, contacts: Iterable[bytes], clock_ms: int) -> dict[bytes, Profile]:
    """Return the last profiles of contacts, as `profile_of` does, with one multi-get; who has none is left out."""
    table = view.rows(PROFILES)
    found: dict[bytes, Profile] = table.peek(contacts)
    for contact, profile in found.items():
        if not profile.as_of_ms:
            found[contact] = believed(msgspec.structs.replace(profile, as_of_ms=clock_ms)).kept
            table.put(contact, found[contact])
    return found


def keep_subject(view: View, contact: bytes, subject_id: str, value: bytes) -> None:
    """Keep a record."""
    view.rows(SUBJECTS).put(subject_key(contact, subject_id), value)


def kept_subject(view: View, contact: bytes, subject_id: str, *, is_nudge: bool) -> Subject:
    """Return what was kept."""
    return decode_kept(view.rows(SUBJECTS).get(subject_key(contact, subject_id)) or b"", is_nudge=is_nudge)


def kept_subjects(view: View, wanted: Sequence[tuple[bytes, str, bool]]) -> dict[tuple[bytes, str], Subject]:
    """Return what was kept under each of these contacts and ids, which say of each whether it is a nudge."""
    keys = [subject_key(contact, subject_id) for contact, subject_id, _ in wanted]
    records = view.rows(SUBJECTS).peek(keys)
    return {
        (contact, subject_id): decode_kept(records.get(key, b""), is_nudge=is_nudge)
        for key, (contact, subject_id, is_nudge) in zip(keys, wanted, strict=True)
    }


def let_go(view: View, contact: bytes, subject_id: str, row: PersonRow) -> None:
    """Delete a record that nothing in the contact's row speaks of any more."""
    if not row.speaks_of(subject_id):
        view.rows(SUBJECTS).delete(subject_key(contact, subject_id))


def close_out(view: View, contact: bytes, out: Out, row: PersonRow) -> None:
    """End a delivery: it is out no more, and neither is what it told besides if it was the last that did."""
    row.out = [each for each in row.out if each is not out]
    ended = [out.subject]
    if not any((each.subject, each.channel) == (out.subject, out.channel) for each in row.out):
        ended += row.also(out.subject, out.channel)
        row.bundles = [each for each in row.bundles if (each.lead, each.channel) != (out.subject, out.channel)]
    for each in ended:
        let_go(view, contact, each, row)


def subject_key(contact: bytes, subject_id: str) -> bytes:
    """Return the key of a record. Ids hold no zero byte, so one contact's never begins with another's."""
    return contact + b"\0" + subject_id.encode()
