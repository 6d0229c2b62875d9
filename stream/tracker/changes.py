"""Changes of contacts: the tracker obeys an erasure; whom messages may reach is the business of others."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.contact_change import DoubtfulChange
from schemas.contact_door import Change
from schemas.record import Record
from schemas.rejection import Rejection
from stream.core.rules import Rules
from stream.engine.view import View
from stream.runtime.metrics import EVENTS
from stream.tracker.erasures import Erasures


class Changes:
    """Takes the changes of one partition over."""

    def __init__(self, erasures: Erasures) -> None:
        self._erasures = erasures

    def take(self, rules: Rules, records: Sequence[Record], changes: Sequence[Change], view: View, now_ms: int) -> None:
        """Erase who is to be erased, and put refused changes aside."""
        view.count(EVENTS, len(records), (records[0].topic(),))
        for record, change in zip(records, changes, strict=True):
            if isinstance(change, Rejection):
                view.reject(record, change.code, change.message, change.pointer)
            elif isinstance(change, DoubtfulChange):
                # The planner obeys it; the letter says what to mend.
                view.reject(record, change.fault.code, change.fault.message, change.fault.pointer)
            elif change.change == "erase":
                self._erasures.erase(rules, record.key() or b"", change.at_ms, view, now_ms)
