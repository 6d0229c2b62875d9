"""What lies behind somebody is what the file has below the milestone."""

from __future__ import annotations

import pytest

from deploy.rehearsal.crossing import made_up_crossing, milestone_named
from deploy.rehearsal.nudge import made_up_nudge, nudges_of
from deploy.rehearsal.past import completed, made_up_past
from schemas.contact import Contact
from schemas.delivery import Reached
from schemas.milestone_nudge import decode_nudge, encode_nudge
from schemas.milestones.document import Document
from schemas.milestones.reader import read_document

NOW = 1_790_000_000_000
FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {count: events, from: processed}
  spent: {sum: value, from: paid, unit: USD}
  visits: {streak: weeks, from: seen}
milestones:
  - {id: documents, when: {documents: [10, 15, 1000]}, nudge: {near: 95%, stuck_for: 2 days}}
  - {id: drafted, when: {documents: 50}, status: draft}
  - {id: again, when: {documents: every 500}, nudge: {near: 90%}}
  - {id: spent, when: {spent: [99.5]}, nudge: {near: 80%}}
  - {id: weeks, when: {visits: [4, 8]}}
  - {id: month, when: {signed_up: 30 days}}
"""


@pytest.fixture(scope="module")
def document() -> Document:
    document = read_document(FILE)
    assert isinstance(document, Document), document
    return document


def test_what_lies_below_oldest_first(document: Document) -> None:
    past = made_up_past(document, milestone_named(document, "documents-1000"), 1, NOW)
    assert [each.milestone for each in past] == ["documents-10", "documents-15"]
    assert [each.occurred_at for each in past] == sorted(each.occurred_at for each in past)
    assert (past[0].kind, past[0].metric, past[0].threshold) == ("count", "documents", 10)


def test_the_times_before_of_what_comes_again(document: Document) -> None:
    past = made_up_past(document, milestone_named(document, "again"), 3, NOW)
    assert [(each.milestone, each.occurrence, each.threshold) for each in past[-2:]] == [
        ("again", 1, 500),
        ("again", 2, 1000),
    ]
    assert made_up_past(document, milestone_named(document, "month"), 1, NOW) == ()


def test_a_past_of_ones_own_is_completed_from_the_file(document: Document) -> None:
    def reached(name: str) -> Reached:
        return Reached(milestone=name, occurrence=1, value=4, occurred_at="2026-01-17T12:00:00.000Z")

    assert completed(document, reached("weeks-4")).unit == "weeks"
    assert completed(document, reached("spent-99.5")).unit == "USD"
    assert completed(document, reached("gone")) == reached("gone")


def test_a_streak_counts_what_it_counts(document: Document) -> None:
    crossing = made_up_crossing(document, 1, milestone_named(document, "weeks-8"), Contact(contact_id="c"), None, NOW)
    assert (crossing.kind, crossing.unit, crossing.value) == ("streak", "weeks", 8)


@pytest.mark.parametrize(
    ("name", "occurrence", "value", "remaining"),
    [
        ("documents-1000", 1, 950, 50),
        ("documents-10", 1, 9, 1),
        ("again", 3, 1450, 50),
        ("spent-99.5", 1, "79.60", "19.9"),
    ],
)
def test_a_nudge_is_at_the_first_number_that_is_near(
    document: Document, name: str, occurrence: int, value: object, remaining: object
) -> None:
    """Whole numbers for what is counted; something is always still to come."""
    nudge = made_up_nudge(
        document, 1, milestone_named(document, name), Contact(contact_id="c"), "near", occurrence, NOW
    )
    assert (float(nudge.value), float(nudge.remaining)) == (float(str(value)), float(str(remaining)))
    assert decode_nudge(encode_nudge(nudge)) == nudge


def test_only_nudges_that_are_asked_for(document: Document) -> None:
    assert nudges_of(milestone_named(document, "documents-10")) == ("near", "stuck")
    assert nudges_of(milestone_named(document, "again")) == ("near",)
    assert nudges_of(milestone_named(document, "month")) == ()
    with pytest.raises(ValueError, match="no nudge"):
        made_up_nudge(document, 1, milestone_named(document, "again"), Contact(contact_id="c"), "stuck", 1, NOW)
