"""Who is past a milestone already, by the rows of the changelog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deploy.cli.rules.past import conditions_of, newcomers, past_in
from schemas.errors import CairnError
from schemas.milestones.document import Document
from schemas.milestones.reader import read_document
from schemas.rules import RulesVersion
from stream.core.adoption import next_version
from stream.core.progress import Progress
from stream.tracker.topology import PROGRESS_TABLE, tracker_topology

BEFORE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {sum: value, from: documents_processed}
  logins: {count: events, from: logged_in}
milestones:
  - {id: documents, when: {documents: [10, 1000]}}
  - {id: draft, when: {documents: 20}, status: draft}
  - {id: club, when: {documents: every 100}}
"""
AFTER = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {sum: value, from: documents_processed}
  logins: {streak: days, from: logged_in}
milestones:
  - {id: documents, when: {documents: [10, 15, 1000]}}
  - {id: draft, when: {documents: 20}}
  - {id: club, when: {documents: every 40}}
  - {id: more, when: {documents: 5}, status: retired}
  - {id: logins, when: {logins: 3}}
  - {id: year, when: {signed_up: 1 year}}
  - {id: both, when: {all_of: [documents-15, club]}}
"""


def applied(previous: RulesVersion | None, text: str) -> RulesVersion:
    found = read_document(text)
    assert isinstance(found, Document), found
    return next_version(previous, found, 1_790_000_000_000)


@pytest.fixture
def versions() -> tuple[RulesVersion, RulesVersion]:
    before = applied(None, BEFORE)
    return before, applied(before, AFTER)


def test_which_milestones_are_asked_about(versions: tuple[RulesVersion, RulesVersion]) -> None:
    """New, active for the first time or under another condition, on what has counted before; no metric that starts at
    0, no anniversary, nothing that is retired.
    """
    assert [each.id for each in newcomers(*versions)] == ["documents-15", "draft", "club", "both"]


def test_who_is_recorded_from_now_on_is_asked_about() -> None:
    """`adoption: record_only` records the past whenever it comes."""
    before = applied(None, BEFORE)
    after = applied(before, BEFORE.replace("{id: documents,", "{id: documents, adoption: record_only,"))

    assert [each.id for each in newcomers(before, after)] == ["documents-10", "documents-1000"]


def past(versions: tuple[RulesVersion, RulesVersion], records: list[Any]) -> dict[bytes, set[str]]:
    coming = newcomers(*versions)
    masks = past_in(records, conditions_of(versions[1], coming), tracker_topology())
    return {
        key.removeprefix(PROGRESS_TABLE.prefix_bytes): {each.id for n, each in enumerate(coming) if mask >> n & 1}
        for key, mask in masks.items()
    }


def row(record: Callable[..., Any], contact: bytes, *counters: int, reached: tuple[tuple[int, int], ...] = ()) -> Any:
    """A changelog record; `reached` are numbers of milestones with their occurrence."""
    progress = Progress([*counters])
    for number, occurrence in reached:
        progress.reach(number, occurrence)
    return record(PROGRESS_TABLE.prefix_bytes + contact, b"\x01" + PROGRESS_TABLE.codec.encode(progress))


def test_the_last_row_of_each_contact_counts(
    versions: tuple[RulesVersion, RulesVersion], record: Callable[..., Any]
) -> None:
    """At the threshold is past; below is not; a later row and a tombstone replace."""
    records = [
        row(record, b"low", 14),
        row(record, b"at", 15),
        row(record, b"more", 15),
        row(record, b"more", 20),
        row(record, b"gone", 50),
        record(PROGRESS_TABLE.prefix_bytes + b"gone", None),
        record(b"\x11rules", b"\x01 another table"),
        record(None, b"x"),
    ]

    assert past(versions, records) == {b"at": {"documents-15"}, b"more": {"documents-15", "draft"}}


def test_what_is_reached_on_record_is_not_past(
    versions: tuple[RulesVersion, RulesVersion], record: Callable[..., Any]
) -> None:
    """Of a repeating milestone the occurrence counts; of a composite, all of its members."""
    club = versions[1].adoption.milestone("club").number
    found = past(versions, [row(record, b"new", 90), row(record, b"has", 90, reached=((club, 2),))])

    assert found == {
        b"new": {"documents-15", "draft", "club", "both"},
        b"has": {"documents-15", "draft", "both"},
    }


def test_a_row_of_a_newer_release_is_not_guessed_at(
    versions: tuple[RulesVersion, RulesVersion], record: Callable[..., Any]
) -> None:
    """Exit 3."""
    with pytest.raises(CairnError) as raised:
        past(versions, [record(PROGRESS_TABLE.prefix_bytes + b"c", b"\xfa")])
    assert raised.value.exit == 3
