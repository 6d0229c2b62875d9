"""Who is past a milestone already, by the rows of the changelog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deploy.cli.rules.past import conditions_of, newcomers, past_in, past_of, standing_of
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


EDITS = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {sum: value, from: documents_processed}
milestones:
  - {id: club, when: {documents: CLUB}}
  - {id: once, when: {documents: ONCE}}
  - {id: age, when: {signed_up: AGE}}
  - {id: back, when: {documents: 50}, status: BACK}
"""


def rules(club: str, once: int, age: str, back: str) -> str:
    """A file with these conditions."""
    text = EDITS
    for name, value in (("CLUB", club), ("ONCE", str(once)), ("AGE", age), ("BACK", back)):
        text = text.replace(name, value)
    return text


def words(before: str, after: str, records: list[Any]) -> dict[str, str]:
    """What apply says of each milestone that the edit touches."""
    first = applied(None, before)
    second = applied(first, after)
    coming = newcomers(first, second)
    conditions = [*conditions_of(second, coming), *standing_of(second, coming)]
    masks = past_in(records, conditions, tracker_topology()).values()
    totals = [sum(mask >> place & 1 for mask in masks) for place in range(len(conditions))]
    return {
        each.id: past_of(first, each, totals[place], totals[len(coming) + place]).words
        for place, each in enumerate(coming)
    }


def test_what_an_edit_does_is_said_truly(record: Callable[..., Any]) -> None:
    """Who stands at 3,200 by 500 hears next at 4,000; who is past a lowered threshold nothing, who had it no more."""
    signed_up = Progress([40], signed_up_ms=1_780_000_000_000)
    records = [
        row(record, b"at", 3200, reached=((0, 6), (1, 1))),
        row(record, b"below", 700, reached=((0, 1),)),
        record(PROGRESS_TABLE.prefix_bytes + b"old", b"\x01" + PROGRESS_TABLE.codec.encode(signed_up)),
    ]
    assert words(
        rules("every 500", 1000, "1 year", "retired"), rules("every 1000", 600, "30 days", "active"), records
    ) == {
        "club": "1 contact stands at 1,000 or above, and the next multiple of it is next for each of them",
        "once": "1 contact is already past 600 and will not be celebrated; "
        "1 contact has reached it before, and not again",
        "age": "1 contact is already past 30 days after sign-up and will not be celebrated",
        "back": "2 contacts are already past 50 and will not be celebrated",
    }


def test_an_edit_that_nobody_stands_at_is_said_truly(record: Callable[..., Any]) -> None:
    """Raised far above everybody."""
    records = [row(record, b"at", 3200, reached=((0, 6), (1, 1)))]
    assert words(
        rules("every 500", 1000, "30 days", "active"), rules("every 5000", 9000, "1 year", "active"), records
    ) == {
        "club": "nobody stands at 5,000 yet: it is next for everybody",
        "once": "nobody else is past 9,000 yet; 1 contact has reached it before, and not again",
        "age": "nobody is past 1 year after sign-up yet",
    }
