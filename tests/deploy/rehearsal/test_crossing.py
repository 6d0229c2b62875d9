"""A made-up crossing says what the tracker would have said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from deploy.rehearsal.crossing import made_up_crossing, milestone_named
from schemas.contact import Contact
from schemas.errors import CairnError
from schemas.milestone_crossed import MilestoneCrossed, TimerSource, crossing_id, decode_crossing, encode_crossing
from schemas.milestones.document import Document
from schemas.milestones.number import Number
from schemas.milestones.reader import read_document

NOW = 1_790_000_000_000
FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {count: events, from: documents_processed, unit: documents}
  spent: {sum: value, from: paid}
milestones:
  - {id: documents, when: {documents: [10, 100, 1000]}}
  - {id: once, when: {documents: 50}, status: draft}
  - {id: again, when: {documents: every 500}, reward: mug}
  - {id: spent, when: {spent: 99.5}}
  - {id: month, when: {signed_up: 30 days}}
  - {id: both, when: {all_of: [documents-10, spent]}}
"""


@pytest.fixture(scope="module")
def document() -> Document:
    document = read_document(FILE)
    assert isinstance(document, Document), document
    return document


def made(document: Document, name: str, value: Number | None = None, **profile: object) -> MilestoneCrossed:
    contact = Contact(contact_id="c-1", **profile)  # type: ignore[arg-type]
    return made_up_crossing(document, 7, milestone_named(document, name), contact, value, NOW)


def test_a_rung_of_a_ladder(document: Document) -> None:
    """Exactly at its threshold, between its neighbours; a draft is no neighbour; it passes the wire."""
    crossing = made(document, "documents-100", signed_up_at=NOW - 5 * 86_400_000)
    assert (crossing.threshold, crossing.value_before, crossing.value) == (100, 99, 100)
    assert (crossing.kind, crossing.unit, crossing.metric) == ("count", "documents", "documents")
    assert crossing.previous is not None
    assert crossing.next is not None
    assert (crossing.previous.milestone, crossing.next.milestone) == ("documents-10", "documents-1000")
    assert crossing.next.remaining == 900
    assert (crossing.celebrate, crossing.days_since_signup, crossing.rules_version) == (True, 5, 7)
    assert decode_crossing(encode_crossing(crossing)) == crossing


def test_its_id_is_no_real_one(document: Document) -> None:
    """It neither replaces the real message nor is it the same as the test before it."""
    crossing = made(document, "documents-100")
    assert crossing.id != crossing_id("c-1", "documents-100", 1)
    again = made_up_crossing(
        document, 7, milestone_named(document, "documents-100"), Contact(contact_id="c-1"), None, NOW + 1
    )
    assert again.id != crossing.id


def test_a_value_beyond_the_threshold(document: Document) -> None:
    """What comes next is what is still ahead of it; at the top there is nothing."""
    crossing = made(document, "documents-10", 250)
    assert (crossing.threshold, crossing.value) == (10, 250)
    assert crossing.next is not None
    assert (crossing.next.milestone, crossing.next.remaining) == ("documents-1000", 750)
    assert made(document, "documents-1000").next is None


def test_a_drafted_milestone_can_be_tried(document: Document) -> None:
    """That is what one does before it goes live."""
    assert made(document, "once").threshold == 50


def test_a_repeating_milestone(document: Document) -> None:
    """The value says which occurrence it is."""
    first, third = made(document, "again"), made(document, "again", 1700)
    assert (first.occurrence, first.threshold, first.previous) == (1, 500, None)
    assert (third.occurrence, third.threshold, third.value, third.reward) == (3, 1500, 1700, "mug")
    assert third.previous is not None
    assert third.next is not None
    assert (third.previous.occurrence, third.next.occurrence, third.next.remaining) == (2, 4, 300)


def test_a_sum_stays_exact(document: Document) -> None:
    """Amounts are no floats."""
    crossing = made(document, "spent", Decimal("100.10"))
    assert (crossing.threshold, crossing.value) == (Decimal("99.5"), Decimal("100.10"))


def test_an_anniversary_and_a_composite(document: Document) -> None:
    """Their numbers are those of the tracker: the time since sign-up, and how many members there are."""
    month, both = made(document, "month"), made(document, "both")
    assert (month.kind, month.unit, month.value_before, month.value) == ("signed_up", "days", 0, 30)
    assert isinstance(month.source, TimerSource)
    assert (both.kind, both.metric, both.value_before, both.value) == ("all_of", None, 1, 2)


@pytest.mark.parametrize(("name", "value"), [("documents-100", 99), ("again", 499), ("month", 30), ("both", 2)])
def test_a_value_that_does_not_fit(document: Document, name: str, value: int) -> None:
    """One below the threshold, or for what no number reaches: exit 2 with the cure."""
    with pytest.raises(CairnError) as raised:
        made(document, name, value)
    assert (raised.value.exit, raised.value.where) == (2, "--value")
    assert raised.value.fix


def test_a_name_that_is_not_there(document: Document) -> None:
    """Exit 2, with the name that was meant, or all of them."""
    with pytest.raises(CairnError, match="did you mean 'documents-100'"):
        milestone_named(document, "document-100")
    with pytest.raises(CairnError, match="'month'"):
        milestone_named(document, "zzz")
