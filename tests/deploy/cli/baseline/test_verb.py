"""`cairn baseline` on a real Kafka."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.partitioner import partition_of
from schemas.topics import USAGE_EVENTS
from tests.system.topic_log import TopicLog

Cairn = Callable[..., Any]

FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics: {documents: {sum: value, from: documents_processed}, logins: {count: events, from: logged_in}}
milestones: [{id: documents, when: {documents: [10, 100]}}]
"""
SOUND = """\
contact_id,metric,value,as_of
c-1,documents,12.50,2026-06-30
c-2,documents,3,2026-06-30T12:00:00Z
c-2,logins,4,2026-06-30
"""


@pytest.fixture
def in_force(cairn: Cairn, own_topics: str, tmp_path: Path) -> str:
    """Milestones in force, and a sound file of baselines; returns the topic prefix."""
    (tmp_path / "milestones.yaml").write_text(FILE)
    (tmp_path / "b.csv").write_text(SOUND)
    assert cairn("milestones", "apply").code == 0
    return own_topics


def sent(kafka: str, prefix: str) -> list[Any]:
    with TopicLog(kafka, prefix + USAGE_EVENTS, 4) as log:
        return log.read_all()


@pytest.mark.system
def test_a_file_is_sent_and_told_how_to_see_refusals(cairn: Cairn, in_force: str, kafka: str) -> None:
    """One event for each line, in the partition of its contact; the same ids when it is sent again."""
    outcome = cairn("baseline", "b.csv")
    records = sent(kafka, in_force)
    again = cairn("baseline", "b.csv", "--json")

    assert outcome.code == 0
    assert outcome.out.startswith(f"3 baselines sent to {in_force}usage-events at")
    assert "sending the file again changes nothing" in outcome.err
    assert "cairn dlq list --code baseline_too_late" in outcome.err
    assert {each.key() for each in records} == {b"c-1", b"c-2"}
    assert all(each.partition() == partition_of(each.key(), 4) for each in records)
    assert b'"value":12.50,' in next(each.value() for each in records if each.key() == b"c-1")
    assert (again.code, again.document["sent"]) == (0, 3)
    ids = [json.loads(each.value())["id"] for each in sent(kafka, in_force)]
    assert (len(ids), len(set(ids))) == (6, 3)


@pytest.mark.system
def test_every_bad_line_before_anything_is_sent(cairn: Cairn, in_force: str, kafka: str, tmp_path: Path) -> None:
    """All mistakes at once as file:line with what mends them; a contact's metric may stand once. Exit 1."""
    (tmp_path / "bad.csv").write_text(
        SOUND + "c-3,document,1,2026-06-30\nc-1,documents,13,2026-07-01\nc-4,logins,x,y\n"
    )
    plain, document = cairn("baseline", "bad.csv"), cairn("baseline", "bad.csv", "--json")

    assert (plain.code, document.code) == (1, 1)
    assert "bad.csv:5: no metric 'document' is in force\n    did you mean 'documents'?\n" in plain.out
    assert "bad.csv:6: contact 'c-1' has documents in line 2 already\n" in plain.out
    assert "3 mistakes in 6 lines of bad.csv; nothing was sent" in plain.err
    assert [each["line"] for each in document.document["faults"]] == [5, 6, 7]
    assert sent(kafka, in_force) == []


@pytest.mark.system
def test_a_dry_run_sends_nothing(cairn: Cairn, in_force: str, kafka: str) -> None:
    """It says that the file is sound."""
    outcome = cairn("baseline", "b.csv", "--dry-run")

    assert (outcome.code, outcome.out) == (0, "b.csv is sound: 3 baselines; nothing was sent\n")
    assert sent(kafka, in_force) == []


@pytest.mark.system
def test_without_milestones_in_force(cairn: Cairn, own_topics: str, tmp_path: Path) -> None:
    """Exit 3: there is no metric to import for."""
    (tmp_path / "b.csv").write_text(SOUND)
    outcome = cairn("baseline", "b.csv")

    assert (outcome.code, "cairn milestones apply" in outcome.err) == (3, True)


def test_no_file_and_no_broker(cairn: Cairn, tmp_path: Path) -> None:
    """The path is looked at first: exit 2, then 4."""
    assert cairn("baseline", "no.csv", "--bootstrap", "127.0.0.1:1").code == 2
    (tmp_path / "b.csv").write_text(SOUND)
    assert cairn("baseline", "b.csv", "--bootstrap", "127.0.0.1:1").code == 4
