"""Receipts: what a dispatcher has done with a delivery ends it, or lets it be looked at again."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.contact_change import encode_change
from schemas.moment import parse_rfc3339
from schemas.partition_check import PartitionCheck
from schemas.receipt import Receipt, decode_receipt
from schemas.record import Record
from schemas.rejection import Rejection
from stream.core.celebration.person import PersonRow, new_person
from stream.core.celebration.refusals import count_refusal
from stream.engine.view import View
from stream.planner.due import keep_timer
from stream.planner.kept import close_out
from stream.planner.own_record import read_own
from stream.planner.topology import PEOPLE
from stream.runtime.metrics import EVENTS


def read_receipt(record: Record) -> Receipt | Rejection:
    """Read a record of a dispatcher, or say why not."""
    receipt = read_own(record, decode_receipt)
    if isinstance(receipt, Rejection):
        return receipt
    if receipt.outcome == "deferred" and receipt.until is None:
        return Rejection("field_missing", "a deferred delivery has a time until which", "/until")
    return receipt


class Receipts:
    """Takes the receipts of one partition in.

    One that speaks of nothing that is out changes nothing: a repeat after a crash, one of the planner's own, one of an
    erased contact.
    """

    def __init__(self, changes: str, check: PartitionCheck) -> None:
        """Take the topic that a bounce is told on, and the check of keys."""
        self._changes, self._check = changes, check

    def take(self, records: Sequence[Record], read: Sequence[Receipt | Rejection], view: View, now_ms: int) -> None:
        """End what is said to be final; what came back waits for its time."""
        view.count(EVENTS, len(records), (records[0].topic(),))
        table = view.rows(PEOPLE)
        for record, receipt in zip(records, read, strict=True):
            if isinstance(receipt, Rejection):
                view.reject(record, receipt.code, receipt.message, receipt.pointer)
                continue
            key = record.key() or b""
            known: PersonRow | None = table.get(key)
            if known is None:
                for refused in self._check.misplaced([key]).values():
                    view.reject(record, refused.code, refused.message)
                continue
            if not any(each.is_told_by(receipt) for each in known.out):
                continue
            row: PersonRow = table.claim([key], new_person)[key]
            out = next(each for each in row.out if each.is_told_by(receipt))
            if receipt.until is not None and receipt.outcome == "deferred":
                out.came_back(parse_rfc3339(receipt.until), now_ms)
                keep_timer(row, key, view)
            else:
                if (bounce := count_refusal(row, receipt)) is not None:
                    view.emit(self._changes, key, encode_change(bounce))
                close_out(view, key, out, row)
