"""One line of the file: checked, and made the usage event that carries it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import msgspec

from deploy.cli.baseline.fault import Fault
from deploy.cli.baseline.sheet import Entry
from deploy.cli.events.line_record import LineRecord
from deploy.cli.events.ndjson import Line
from deploy.cli.events.verdicts import Verdicts
from schemas.limits import Limits
from schemas.milestones.document import Document
from schemas.milestones.metric import Kind
from schemas.milestones.spelling import listed, nearest
from schemas.moment import parse_rfc3339, rfc3339, shown
from schemas.usage_event import BASELINE_EVENT, BASELINE_SOURCE

KINDS = (Kind.COUNT, Kind.SUM, Kind.HIGHEST)
"""Kinds of metric that one number can stand for."""
_DAY_MS = 86_400_000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"0|[1-9]\d*", re.ASCII)
_EARLY = "write when the number was taken, no zero date"
_AS_OF = "write 2026-11-20T14:41:07Z, with an offset, or 2026-11-20 for the end of that day in UTC"


@dataclass(frozen=True)
class Row:
    """A sound line, ready to be sent."""

    line: int
    contact_id: str
    metric: str
    record: LineRecord


def read_row(entry: Entry, document: Document, now_ms: int, limits: Limits) -> Row | Fault:
    """Return what the line says, or the first thing that is wrong with it.

    `document` is what is in force; `limits` are those of the tracker's door, which is asked last.
    """
    line, contact_id = entry.line, entry.contact_id
    # Ids are taken as they stand, spaces too; of the other columns they are only how the file is laid out.
    metric, value, as_of = entry.metric.strip(), entry.value.strip(), entry.as_of.strip()
    if not contact_id:
        return Fault(line, "contact_id is empty", "name the contact as events do")
    if contact_id != contact_id.strip():
        return Fault(line, f"contact_id {contact_id!r} begins or ends with a space", "write it as events do")
    known = document.metrics.get(metric)
    if known is None:
        hint = nearest(metric, document.metrics) or "`cairn milestones show` lists the metrics in force"
        return Fault(line, f"no metric {metric!r} is in force", hint)
    if known.kind not in KINDS:
        return Fault(
            line,
            f"{metric} is of kind {known.kind}, which one number cannot stand for",
            f"leave it out: a baseline is for {listed(KINDS)}",
        )
    if fault := _value_fault(line, value, whole=known.kind is Kind.COUNT):
        return fault
    as_of_ms = _moment(as_of)
    if as_of_ms is None:
        return Fault(line, f"as_of {as_of!r} is no moment", _AS_OF)
    if as_of_ms < limits.earliest_ms:
        return Fault(line, f"as_of {as_of!r} is before {shown(limits.earliest_ms)}", _EARLY)
    if as_of_ms > now_ms:
        return Fault(
            line,
            f"as_of {as_of!r} is not over yet",
            "a baseline holds everything up to its as_of: write when the number was taken, with the time of day",
        )
    record = LineRecord(Line(line, _event(contact_id, metric, value, as_of_ms)), now_ms)
    verdict = Verdicts(limits, None).on(line, record, now_ms)
    return Row(line, contact_id, metric, record) if verdict is None else Fault(line, verdict.message, verdict.hint)


def _value_fault(line: int, value: str, *, whole: bool) -> Fault | None:
    if whole and not _WHOLE.fullmatch(value):
        return Fault(line, f"value {value!r} is no number of events", "write 0, 1, 2 and so on, without separators")
    if not _NUMBER.fullmatch(value):
        return Fault(line, f"value {value!r} is no number", "write it as in 1250 or 12.50, without separators")
    return None


def _moment(text: str) -> int | None:
    """The moment in epoch ms, a date being the last millisecond of its day in UTC; None for any other text.

    None too where UTC has no such moment: an offset may lead out of the years 1 to 9999.
    """
    try:
        if _DATE.fullmatch(text):
            day = date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()
            return (day + 1) * _DAY_MS - 1
        at_ms = parse_rfc3339(text)
        rfc3339(at_ms)
    except (ValueError, OverflowError):
        return None
    return at_ms


def _event(contact_id: str, metric: str, value: str, as_of_ms: int) -> bytes:
    """The event as JSON. Its id says what it is for, so that the same line is the same event whenever it is sent."""
    return msgspec.json.encode(
        {
            "id": f"{metric}@{as_of_ms}",
            "source": BASELINE_SOURCE,
            "contact_id": contact_id,
            "event": BASELINE_EVENT,
            "value": msgspec.Raw(value.encode()),
            "at": rfc3339(as_of_ms),
            "properties": {"metric": metric},
            "backfill": True,
        }
    )
