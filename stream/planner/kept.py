"""The record of a crossing or nudge, kept while anything of it waits or is out: a row of its own, as it came."""

from __future__ import annotations

from stream.core.celebration.out import Out
from stream.core.celebration.person import PersonRow
from stream.core.celebration.subject import Subject, decode_subject
from stream.engine.view import View
from stream.planner.topology import SUBJECTS


def keep_subject(view: View, contact: bytes, subject_id: str, value: bytes) -> None:
    """Keep a record."""
    view.rows(SUBJECTS).put(subject_key(contact, subject_id), value)


def kept_subject(view: View, contact: bytes, subject_id: str, *, is_nudge: bool) -> Subject:
    """Return what was kept."""
    return decode_subject(view.rows(SUBJECTS).get(subject_key(contact, subject_id)) or b"", is_nudge=is_nudge)


def let_go(view: View, contact: bytes, subject_id: str, row: PersonRow) -> None:
    """Delete a record that nothing in the contact's row speaks of any more."""
    if not row.speaks_of(subject_id):
        view.rows(SUBJECTS).delete(subject_key(contact, subject_id))


def close_out(view: View, contact: bytes, out: Out, row: PersonRow) -> None:
    """End a delivery: it is out no more."""
    row.out = [each for each in row.out if each is not out]
    let_go(view, contact, out.subject, row)


def subject_key(contact: bytes, subject_id: str) -> bytes:
    """Return the key of a record. Ids hold no zero byte, so one contact's never begins with another's."""
    return contact + b"\0" + subject_id.encode()
