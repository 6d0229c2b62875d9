"""One line of a file of baselines."""

from __future__ import annotations

import json

import pytest

from deploy.cli.baseline.fault import Fault
from deploy.cli.baseline.row import Row, read_row
from deploy.cli.baseline.sheet import Entry
from schemas.limits import DEFAULTS
from schemas.milestones.document import Document
from schemas.milestones.reader import read_document

NOW_MS = 1_795_185_667_163
"""2026-11-20T14:41:07.163Z."""

FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {sum: value, from: documents_processed}
  logins: {count: events, from: logged_in}
  top: {highest: value, from: scored}
  days: {streak: days, from: logged_in}
milestones:
  - {id: documents, when: {documents: [10, 100]}}
"""


def read(
    contact_id: str = "c-1042", metric: str = "documents", value: str = "118", as_of: str = "2026-11-19"
) -> Row | Fault:
    document = read_document(FILE)
    assert isinstance(document, Document)
    return read_row(Entry(7, contact_id, metric, value, as_of), document, NOW_MS, DEFAULTS)


def test_a_line_becomes_the_event_of_the_contract() -> None:
    """Silent, from the reserved source, its id made of what it is for; keyed by the contact."""
    row = read()

    assert isinstance(row, Row), row
    assert json.loads(row.record.value() or b"") == {
        "id": "documents@1795132799999",
        "source": "cairn-baseline",
        "contact_id": "c-1042",
        "event": "cairn.baseline",
        "value": 118,
        "at": "2026-11-19T23:59:59.999Z",
        "properties": {"metric": "documents"},
        "backfill": True,
    }
    assert row.record.contact_key == b"c-1042"


@pytest.mark.parametrize(
    ("as_of", "at"),
    [
        ("2026-11-19", "2026-11-19T23:59:59.999Z"),
        (" 2026-11-19 ", "2026-11-19T23:59:59.999Z"),
        ("2026-11-20T14:41:07Z", "2026-11-20T14:41:07.000Z"),
        ("2026-11-20T15:41:07.1204+01:00", "2026-11-20T14:41:07.120Z"),
    ],
)
def test_moments(as_of: str, at: str) -> None:
    """RFC 3339 with an offset, or a date for the end of its day in UTC."""
    row = read(as_of=as_of)
    assert isinstance(row, Row), row
    assert json.loads(row.record.value() or b"")["at"] == at


@pytest.mark.parametrize(
    ("metric", "value"),
    [("documents", "12.50"), ("documents", "-3"), ("documents", "0.1000000000000000000001"), ("logins", "0")],
)
def test_a_value_is_sent_digit_for_digit(metric: str, value: str) -> None:
    """No binary float on the way."""
    row = read(metric=metric, value=value)
    assert isinstance(row, Row), row
    assert f'"value":{value},'.encode() in (row.record.value() or b"")


@pytest.mark.parametrize(
    ("changes", "what", "fix"),
    [
        ({"contact_id": ""}, "contact_id is empty", "name the contact"),
        ({"contact_id": " c-1"}, "begins or ends with a space", "as events do"),
        ({"contact_id": "c\n1"}, "control character", "printable"),
        ({"metric": "document"}, "no metric 'document' is in force", "did you mean 'documents'?"),
        ({"metric": "xyz"}, "no metric 'xyz'", "cairn milestones show"),
        ({"metric": "days"}, "of kind streak", "'count', 'sum' or 'highest'"),
        ({"value": "1,000"}, "'1,000' is no number", "without separators"),
        ({"value": ""}, "'' is no number", "12.50"),
        ({"value": "NaN"}, "'NaN' is no number", "12.50"),
        ({"value": "٣"}, "is no number", "12.50"),
        ({"value": "1e40"}, "beyond", "coarser"),
        ({"metric": "logins", "value": "1.5"}, "no number of events", "0, 1, 2"),
        ({"metric": "logins", "value": "-1"}, "no number of events", "0, 1, 2"),
        ({"as_of": "2026-11-19T10:00:00"}, "is no moment", "with an offset"),
        ({"as_of": "2026-02-30"}, "is no moment", "end of that day"),
        ({"as_of": "19.11.2026"}, "is no moment", "end of that day"),
        ({"as_of": "2026-11-20"}, "not over yet", "time of day"),
        ({"as_of": "9999-12-31T23:59:59-05:00"}, "is no moment", "with an offset"),
        ({"as_of": "9999-12-31"}, "not over yet", "time of day"),
        ({"as_of": "0001-01-01T00:00:00+01:00"}, "is no moment", "with an offset"),
        ({"as_of": "0001-01-01T00:00:00-01:00"}, "before 2000", ""),
        ({"as_of": "0001-01-01"}, "before 2000", ""),
        ({"value": "9" * 5000}, "beyond", "coarser"),
        ({"value": "1e999999999"}, "beyond", "coarser"),
        ({"as_of": "1999-01-01"}, "before 2000", ""),
    ],
)
def test_what_is_wrong_with_a_line(changes: dict[str, str], what: str, fix: str) -> None:
    """Each mistake with its line and what mends it."""
    fault = read(**changes)

    assert isinstance(fault, Fault)
    assert fault.line == 7
    assert what in fault.what
    assert fix in fault.fix
