"""Contacts: the zone and the day of sign-up that milestones need, on the contact's row; nothing else of the profile.

A name, an address or a token never comes into the tracker's state.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.contact import Contact
from schemas.record import Record
from schemas.rejection import Rejection
from stream.core.progress import Progress, fresh
from stream.core.rules import Rules
from stream.core.zones import is_known
from stream.engine.view import View
from stream.runtime.metrics import ERASED, EVENTS
from stream.tracker.admission import Admission
from stream.tracker.due import keep_timer
from stream.tracker.erasures import Erasures
from stream.tracker.topology import PROGRESS

Profile = Contact | Rejection | None
"""As `schemas.contact.read_contact` gives it: None is a tombstone."""


class Profiles:
    """Takes profiles of one partition over. Counts stay when a profile is removed. One that signed up after
    its erasure begins the contact's next life; an older or undated one of an erased contact is dropped."""

    def __init__(self, admission: Admission, erasures: Erasures) -> None:
        self._admission = admission
        self._erasures = erasures

    def take(self, rules: Rules, records: Sequence[Record], profiles: Sequence[Profile], view: View) -> None:
        """Put what is new onto the rows, and refused profiles aside."""
        table = view.rows(PROGRESS)
        view.count(EVENTS, len(records), (records[0].topic(),))
        known = table.peek([record.key() or b"" for record in records])
        unknown = [key for record in records if (key := record.key()) and key not in known]
        strangers = self._admission.strangers(unknown) if unknown else {}
        erased = self._erasures.among(unknown, view)
        for record, profile in zip(records, profiles, strict=True):
            key = record.key() or b""
            refused = profile if isinstance(profile, Rejection) else strangers.get(key)
            if refused is not None:
                view.reject(record, refused.code, refused.message, refused.pointer)
                continue
            assert not isinstance(profile, Rejection)  # noqa: S101 - those have gone
            signed_up_ms = profile.signed_up_ms if profile is not None else None
            # A profile of the same batch may have begun the next life.
            mark = erased.get(key) if table.get(key) is None else None
            if mark is not None and (signed_up_ms is None or signed_up_ms <= mark.at_ms):
                # Nor does a dead letter tell of its zone: nothing more of this contact is written anywhere.
                if profile is not None:
                    view.count(ERASED, 1, (record.topic(),))
                continue
            zone = profile.time_zone if profile is not None else None
            if zone is not None and not is_known(zone):
                # The rest of the profile is sound and taken, with the product's zone; the letter says what to mend.
                view.reject(record, "bad_zone", f"{zone!r} is no IANA time zone", "/time_zone")
                zone = None
            if mark is not None:
                self._erasures.revive(rules, key, mark, zone, signed_up_ms, view)
            else:
                self._put(rules, key, zone, signed_up_ms, view)

    def _put(self, rules: Rules, key: bytes, zone: str | None, signed_up_ms: int | None, view: View) -> None:
        table = view.rows(PROGRESS)
        row: Progress | None = table.get(key)
        if row is None and zone is None and signed_up_ms is None:
            return
        if row is not None and (row.zone, row.signed_up_ms) == (zone, signed_up_ms):
            return
        row = table.claim([key], fresh)[key]
        row.zone, row.signed_up_ms = zone, signed_up_ms
        keep_timer(rules, row, key, view)
