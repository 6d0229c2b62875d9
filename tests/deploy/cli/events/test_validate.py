"""`cairn events validate`: the door's verdict, line by line, without Kafka."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.reject_codes import CODES

Cairn = Callable[..., Any]

GOOD = b'{"id":"1","contact_id":"c-1","event":"e"}\n'
WRONG_TYPE = b'{"id":"2","contact_id":"c-1","event":"e","value":"3"}\n'
CLOUDEVENT = b'{"specversion":"1.0","id":"9","source":"/s","type":"e","subject":"c-2","data":{"value":2}}\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "events.ndjson"
    path.write_bytes(GOOD + b"\n" + WRONG_TYPE + b"oops\n" + CLOUDEVENT)
    return path


def test_faults_have_line_code_pointer_and_cure(cairn: Cairn, file: Path) -> None:
    """file:line: code at pointer, the cure below, the number of faults on standard error, exit 1."""
    outcome = cairn("events", "validate", file.name)

    assert outcome.code == 1
    assert outcome.out.startswith("events.ndjson:3: wrong_type at /value: ")
    assert "\nevents.ndjson:4: not_json: " in outcome.out
    assert outcome.err.startswith("2 of 4 events would be rejected\n")


def test_faults_as_json(cairn: Cairn, file: Path) -> None:
    """With --json: line, code, pointer, message and hint of each."""
    document = cairn("events", "validate", file.name, "--json").document

    assert document["events"] == 4
    first = document["rejected"][0]
    assert (first["line"], first["code"], first["pointer"]) == (3, "wrong_type", "/value")
    assert first["hint"] == CODES["wrong_type"].cure


@pytest.mark.parametrize("arguments", [("-",), ()])
def test_standard_input(cairn: Cairn, arguments: tuple[str, ...]) -> None:
    """A pipe is read with - and without; sound events exit 0."""
    outcome = cairn("events", "validate", *arguments, given=GOOD + CLOUDEVENT)

    assert (outcome.code, outcome.out) == (0, "2 events in standard input: all would be let in.\n")


def test_a_missing_contact_is_named_and_no_fault_of_the_key(cairn: Cairn) -> None:
    """The key follows from the contact, so its absence is said of contact_id."""
    document = cairn("events", "validate", "--json", given=b'{"id":"1","event":"e"}\n').document

    assert (document["rejected"][0]["code"], document["rejected"][0]["pointer"]) == ("field_missing", "/contact_id")


def test_the_limits_of_the_settings_count(cairn: Cairn, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tracker of these settings refuses is refused here: size, nesting, and both ends of time."""
    monkeypatch.setenv("CAIRN_TRACKER_RECORD_SIZE", "300")
    monkeypatch.setenv("CAIRN_TRACKER_RECORD_NESTING", "3")
    monkeypatch.setenv("CAIRN_TRACKER_EVENT_OLDEST", "2025-01-01")
    monkeypatch.setenv("CAIRN_TRACKER_EVENT_FUTURE", "3650 days")
    event = GOOD.rstrip()[:-1]
    ahead = (datetime.now(UTC) + timedelta(days=30)).isoformat().encode()
    lines = (
        event + b',"note":"' + b"x" * 300 + b'"}',
        event + b',"properties":{"a":{"b":{}}}}',
        event + b',"at":"2024-12-31T23:59:59Z"}',
        event + b',"at":"' + ahead + b'"}',
    )

    document = cairn("events", "validate", "--json", given=b"\n".join(lines)).document

    assert [each["code"] for each in document["rejected"]] == ["too_large", "too_deep", "time_too_early"]


def test_a_missing_file(cairn: Cairn) -> None:
    """Exit 2 and the path."""
    outcome = cairn("events", "validate", "nope.ndjson")

    assert outcome.code == 2
    assert "where: nope.ndjson" in outcome.err


MILESTONES = """
version: 1
product: {name: Acme Boards, url: "https://app.acme.example"}
history: complete
metrics:
  revenue: {sum: amount, from: invoice_paid, where: {currency: USD}}
  largest: {highest: amount, from: invoice_paid}
  teammates: {distinct: member, from: invited}
  documents: {sum: value, from: documents_processed}
milestones:
  - {id: revenue-club, when: {revenue: every 1000}}
  - {id: large, when: {largest: [100]}}
  - {id: team, when: {teammates: [3]}}
  - {id: documents, when: {documents: [10]}}
"""


def event(name: str, **fields: Any) -> bytes:
    return json.dumps({"id": "1", "contact_id": "c-1", "event": name} | fields).encode()


@pytest.fixture
def milestones(cairn: Cairn, tmp_path: Path) -> Path:
    path = tmp_path / "milestones.yaml"
    path.write_text(MILESTONES)
    return path


@pytest.mark.usefixtures("milestones")
@pytest.mark.parametrize(
    ("line", "code", "pointer"),
    [
        (event("invoice_paid"), "field_missing", "/properties/amount"),
        (CLOUDEVENT.replace(b'"e"', b'"invoice_paid"'), "field_missing", "/data/properties/amount"),
        (event("invoice_paid", properties={"amount": "12"}), "wrong_type", "/properties/amount"),
        (event("invoice_paid", properties={"amount": None}), "field_missing", "/properties/amount"),
        (event("invoice_paid", properties={"amount": True}), "wrong_type", "/properties/amount"),
        (event("invoice_paid", properties={"amount": 10**9, "currency": "USD"}), "out_of_range", "/properties/amount"),
        (event("invited", properties={}), "field_missing", "/properties/member"),
        (event("invited", properties={"member": {}}), "wrong_type", "/properties/member"),
        (
            event("cairn.baseline", source="cairn-baseline", properties={"metric": "nope"}),
            "baseline_metric",
            "/properties/metric",
        ),
    ],
)
def test_the_metrics_of_the_file_judge_too(cairn: Cairn, line: bytes, code: str, pointer: str) -> None:
    """What the door lets in and the tracker's count refuses is refused here."""
    outcome = cairn("events", "validate", "--json", given=line)

    assert outcome.code == 1
    (fault,) = outcome.document["rejected"]
    assert (fault["code"], fault["pointer"]) == (code, pointer)
    assert outcome.document["milestones"].endswith("milestones.yaml")


@pytest.mark.usefixtures("milestones")
def test_what_they_take_is_let_in_and_what_none_counts_is_told(cairn: Cairn) -> None:
    """A name that no metric counts is no fault: it is let in, changes nothing, and is most often misspelled."""
    sound = [event("invoice_paid", properties={"amount": 12}), event("invited", properties={"member": "ada"})]
    outcome = cairn("events", "validate", given=b"\n".join([*sound, event("documents_procesed")]))

    assert (outcome.code, outcome.out) == (0, "3 events in standard input: all would be let in.\n")
    assert "counts 'documents_procesed' (1 event)" in outcome.err
    assert 'did you mean "documents_processed"?' in outcome.err


def test_without_a_milestones_file_it_says_so(cairn: Cairn, milestones: Path) -> None:
    """And another one may be named; one that is not there or has a mistake ends it."""
    moved = milestones.rename(milestones.with_name("other.yaml"))
    line = event("invoice_paid")
    without = cairn("events", "validate", given=line)
    assert without.code == 0
    assert without.err.startswith("not judged by metrics: there is no milestones file")
    assert cairn("events", "validate", "--json", given=line).document["milestones"] is None
    assert cairn("events", "validate", "--milestones", moved.name, given=line).code == 1
    assert cairn("events", "validate", "--milestones", "nope.yaml", given=line).code == 2
    moved.write_text("version: 1\n")
    assert "mistake" in cairn("events", "validate", "--milestones", moved.name, given=line).err


def test_a_zone_that_would_be_passed_over_is_a_fault(cairn: Cairn) -> None:
    """The tracker counts such an event without it, and writes a dead letter."""
    line = GOOD.rstrip()[:-1] + b',"time_zone":"Mars/Base"}\n'
    document = cairn("events", "validate", "--json", given=line).document

    assert [(each["code"], each["pointer"]) for each in document["rejected"]] == [("bad_zone", "/time_zone")]
