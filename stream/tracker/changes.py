"""Changes of contacts: the tracker obeys an erasure; whom messages may reach is the business of others."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.contact_change import ContactChange
from schemas.record import Record
from schemas.rejection import Rejection
from stream.core.rules import Rules
from stream.engine.view import View
from stream.runtime.metrics import EVENTS
from stream.tracker.admission import Admission
from stream.tracker.erasures import Erasures


class Changes:
    """Takes the changes of one partition over."""

    def __init__(self, admission: Admission, erasures: Erasures) -> None:
        self._admission = admission
        self._erasures = erasures

    def take(
        self, rules: Rules, records: Sequence[Record], changes: Sequence[ContactChange | Rejection], view: View
    ) -> None:
        """Erase who is to be erased, and put refused changes aside."""
        view.count(EVENTS, len(records), (records[0].topic(),))
        # Every one is looked at: an erasure in the wrong partition would erase nobody, and nobody would know.
        astray = self._admission.astray([record.key() or b"" for record in records])
        for record, change in zip(records, changes, strict=True):
            key = record.key() or b""
            if isinstance(change, Rejection):
                view.reject(record, change.code, change.message, change.pointer)
            elif key in astray:
                view.reject(record, astray[key].code, astray[key].message)
            elif change.change == "erase":
                self._erasures.erase(rules, key, change.at_ms, view)
