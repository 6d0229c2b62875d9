"""`cairn milestones check`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cairn = Callable[..., Any]

SOUND = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {sum: value, from: documents_processed}
  days: {streak: days, from: started}
milestones:
  - {id: documents, when: {documents: [10, 1000]}, call_to_action: {text: Go, url: /go}}
  - {id: club, when: {documents: every 5000}, call_to_action: {text: Go, url: /go}}
  - {id: week, when: {days: 7}, call_to_action: {text: Go, url: /go}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "milestones.yaml"
    path.write_text(SOUND)
    return path


def test_a_sound_file_is_shown_expanded(cairn: Cairn, file: Path) -> None:
    """One row for each rung, exit 0; what this release does not count is noted with its place."""
    outcome = cairn("milestones", "check", file.name)

    assert outcome.code == 0
    assert "documents-10    documents reaches 10 " in outcome.out
    assert "documents-1000  documents reaches 1,000" in outcome.out
    assert "club            documents every 5,000" in outcome.out
    assert "milestones.yaml:9:" in outcome.out
    assert outcome.err == "milestones.yaml is sound: 4 milestones on 2 metrics\n"


def test_a_sound_file_as_json(cairn: Cairn, file: Path) -> None:
    """The expanded milestones with metric, kind and threshold."""
    document = cairn("milestones", "check", file.name, "--json").document

    assert document["ok"] is True
    assert [(each["id"], each["kind"], each["threshold"], each["every"]) for each in document["milestones"]] == [
        ("documents-10", "sum", 10, None),
        ("documents-1000", "sum", 1000, None),
        ("club", "sum", None, 5000),
        ("week", "streak", 7, None),
    ]


def test_what_is_not_acted_on_is_noted_in_the_order_of_the_file(cairn: Cairn, file: Path) -> None:
    """A nudge is asked for in vain: said beside the milestones that are not counted, and no mistake."""
    file.write_text(SOUND.replace("{id: documents,", "{id: documents, nudge: {near: 90%}, adoption: record_only,"))

    plain, document = cairn("milestones", "check", file.name), cairn("milestones", "check", file.name, "--json")

    assert (plain.code, document.code) == (0, 0)
    assert "note: the nudge of 'documents' is" in plain.out
    notes = document.document["notes"]
    assert [(each["line"], each["severity"]) for each in notes] == [(7, "advice"), (7, "advice"), (9, "error")]
    assert "adopted silently" in notes[1]["message"]


def test_the_file_of_the_settings_is_the_default(cairn: Cairn, file: Path) -> None:
    """Without a file, tracker.milestones is checked."""
    assert cairn("milestones", "check").code == 0


def test_every_mistake_at_once(cairn: Cairn, file: Path) -> None:
    """Each mistake as file:line:column with a hint, all in one run, exit 1; the same with --json."""
    file.write_text(SOUND.replace("{documents: [10", "{documenst: [10").replace("days: 7", "dayz: 7"))
    plain, document = cairn("milestones", "check", file.name), cairn("milestones", "check", file.name, "--json")

    assert (plain.code, document.code) == (1, 1)
    assert "milestones.yaml:7:" in plain.out
    assert "milestones.yaml:9:" in plain.out
    assert "did you mean 'documents'" in plain.out
    assert [each["line"] for each in document.document["problems"]] == [7, 9]
    assert "2 mistakes" in plain.err


def test_no_file_and_no_text(cairn: Cairn, tmp_path: Path) -> None:
    """A file that is not there, or is not text: exit 2, which one."""
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe")

    assert "where: nope.yaml" in cairn("milestones", "check", "nope.yaml").err
    binary = cairn("milestones", "check", "binary.yaml")
    assert (binary.code, "not UTF-8" in binary.err) == (2, True)
