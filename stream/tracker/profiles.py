"""Contacts: the zone and the day of sign-up that milestones need, on the contact's row; nothing else of the profile.

A name, an address or a token never comes into the tracker's state.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.contact_door import ReadProfile
from schemas.record import Record
from schemas.rejection import Rejection
from stream.core.progress import Progress, fresh
from stream.core.rules import Rules
from stream.engine.view import View
from stream.runtime.metrics import ERASED, EVENTS
from stream.tracker.due import keep_timer
from stream.tracker.erasures import Erasures
from stream.tracker.topology import PROGRESS


class Profiles:
    """Takes profiles of one partition over. Counts stay when a profile is removed. One that signed up after
    its erasure begins the contact's next life; an older or undated one of an erased contact is dropped."""

    def __init__(self, erasures: Erasures) -> None:
        self._erasures = erasures

    def take(self, rules: Rules, records: Sequence[Record], profiles: Sequence[ReadProfile], view: View) -> None:
        """Put what is new onto the rows, and refused profiles aside."""
        table = view.rows(PROGRESS)
        view.count(EVENTS, len(records), (records[0].topic(),))
        known = table.peek([record.key() or b"" for record in records])
        unknown = [key for record in records if (key := record.key()) and key not in known]
        erased = self._erasures.among(unknown, view)
        for record, profile in zip(records, profiles, strict=True):
            key = record.key() or b""
            if isinstance(profile, Rejection):
                view.reject(record, profile.code, profile.message, profile.pointer)
                continue
            signed_up_ms = profile.signed_up_ms if profile is not None else None
            # A profile of the same batch may have begun the next life.
            mark = erased.get(key) if table.get(key) is None else None
            if mark is not None and (signed_up_ms is None or signed_up_ms <= mark.at_ms):
                # Nor does a dead letter tell of its zone: nothing more of this contact is written anywhere.
                if profile is not None:
                    view.count(ERASED, 1, (record.topic(),))
                continue
            for fault in profile.faults if profile is not None else ():
                # The rest is sound and taken, with the product's zone for one that is not known.
                view.reject(record, fault.code, fault.message, fault.pointer)
            zone = profile.time_zone if profile is not None else None
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
