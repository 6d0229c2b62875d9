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
from stream.runtime.metrics import EVENTS
from stream.tracker.admission import Admission
from stream.tracker.due import keep_timer
from stream.tracker.topology import PROGRESS

Profile = Contact | Rejection | None
"""As `schemas.contact.read_contact` gives it: None is a tombstone."""


class Profiles:
    """Takes profiles of one partition over. Counts stay when a profile is removed."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    def take(self, rules: Rules, records: Sequence[Record], profiles: Sequence[Profile], view: View) -> None:
        """Put what is new onto the rows, and refused profiles aside."""
        table = view.rows(PROGRESS)
        view.count(EVENTS, len(records), (records[0].topic(),))
        known = table.peek([record.key() or b"" for record in records])
        unknown = [key for record in records if (key := record.key()) and key not in known]
        strangers = self._admission.strangers(unknown) if unknown else {}
        for record, profile in zip(records, profiles, strict=True):
            key = record.key() or b""
            refused = profile if isinstance(profile, Rejection) else strangers.get(key)
            if refused is not None:
                view.reject(record, refused.code, refused.message, refused.pointer)
                continue
            assert not isinstance(profile, Rejection)  # noqa: S101 - those have gone
            zone = profile.time_zone if profile is not None else None
            if zone is not None and not is_known(zone):
                # The rest of the profile is sound and taken, with the product's zone; the letter says what to mend.
                view.reject(record, "bad_zone", f"{zone!r} is no IANA time zone", "/time_zone")
                zone = None
            self._put(rules, key, zone, profile.signed_up_ms if profile is not None else None, view)

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
