"""`cairn events validate`: the door's verdict, line by line, without Kafka."""

from __future__ import annotations

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
    assert outcome.err == "2 of 4 events would be rejected\n"


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
