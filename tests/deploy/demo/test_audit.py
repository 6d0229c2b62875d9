"""Lost and twice are told where they can be told, and not before."""

from __future__ import annotations

import msgspec
import pytest

from deploy.demo.audit import Sightings
from deploy.demo.ledger import Identity, Ledger, Place
from schemas.milestones import Document, read_document
from tests.deploy.demo.samples import CROSSED

IDENTITY = Identity("c-1", "documents-10", 1)
FILE = """
version: 1
product: {name: Boards, url: "https://app.example"}
metrics: {documents: {sum: value, from: documents_processed}}
milestones: [{id: documents, when: {documents: [10]}}]
"""


@pytest.fixture
def ledger() -> Ledger:
    document = read_document(FILE, "milestones.yaml")
    assert isinstance(document, Document), document
    ledger = Ledger(document)
    ledger.expected[IDENTITY] = Place(0, 5)
    return ledger


def test_what_is_not_yet_committed_is_not_lost(ledger: Ledger) -> None:
    """Its event lies at the committed offset: it is not due."""
    balance = Sightings().balance(ledger, {0: 5})
    assert balance.even
    assert balance.expected == 0


def test_what_is_committed_and_unseen_is_lost(ledger: Ledger) -> None:
    """The offset is past its event, and no reader saw it."""
    balance = Sightings().balance(ledger, {0: 6})
    assert (balance.expected, balance.seen, balance.lost) == (1, 0, (IDENTITY,))
    assert not balance.even


def test_seen_once_is_even(ledger: Ledger) -> None:
    """Expected and seen."""
    sightings = Sightings()
    sightings.note(CROSSED)
    balance = sightings.balance(ledger, {0: 6})
    assert balance.even
    assert (balance.expected, balance.seen) == (1, 1)


def test_seen_again_is_twice(ledger: Ledger) -> None:
    """Even if the second record was made by another event."""
    sightings = Sightings()
    sightings.note(CROSSED)
    sightings.note(msgspec.structs.replace(CROSSED, id="y"))
    assert sightings.balance(ledger, {0: 6}).twice == (IDENTITY,)


def test_seen_without_reason_is_unexpected(ledger: Ledger) -> None:
    """A crossing of an event that is past and brings none."""
    sightings = Sightings()
    sightings.note(msgspec.structs.replace(CROSSED, occurrence=2))
    balance = sightings.balance(ledger, {0: 6})
    assert balance.unexpected == (Identity("c-1", "documents-10", 2),)
    assert not balance.even
