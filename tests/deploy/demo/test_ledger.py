"""The ledger counts plainly what the milestones file says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.installation import installation
from deploy.demo.ledger import Identity, Ledger, Place
from schemas.milestones import Document, read_document

NOW_MS = 1_790_000_000_000


@dataclass(frozen=True)
class StandIn:
    """A record of usage-events in partition 0."""

    contact: str
    body: bytes
    at: int = 0

    def key(self) -> bytes | None:
        return self.contact.encode()

    def value(self) -> bytes | None:
        return self.body

    def headers(self) -> list[tuple[str, bytes]] | None:
        return None

    def topic(self) -> str:
        return "usage-events"

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return self.at

    def timestamp(self) -> tuple[int, int]:
        return 1, NOW_MS


@pytest.fixture
def document() -> Document:
    path: Path = installation().tracker.milestones
    found = read_document(path.read_text("utf-8"), str(path))
    assert not isinstance(found, list), found
    return found


@pytest.fixture
def ledger(document: Document) -> Ledger:
    return Ledger(document)


class Writer:
    """Writes events of one contact, each with the next offset and an id of its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._offset = 0

    def __call__(self, event: str, *, contact: str = "c-1", **fields: Any) -> None:
        body = {"id": f"e{self._offset}", "contact_id": contact, "event": event, **fields}
        self._ledger.enter(StandIn(contact, json.dumps(body).encode(), self._offset), NOW_MS)
        self._offset += 1


def test_one_event_may_reach_several_milestones(ledger: Ledger) -> None:
    """A sum of 5,200 at once passes the whole ladder, and two of every 2,500; the place is the event's."""
    Writer(ledger)("documents_processed", value=5200)
    ids = ["documents-10", "documents-100", "documents-500", "documents-1000"]
    ladder = {Identity("c-1", each, 1): Place(0, 0) for each in ids}
    club = {Identity("c-1", "documents-club", each): Place(0, 0) for each in (1, 2)}
    assert ledger.expected == ladder | club


def test_filters_decide_what_counts(ledger: Ledger) -> None:
    """A sample project and a payment in euro move nothing; a project that says nothing of a sample counts."""
    write = Writer(ledger)
    write("project_created", properties={"sample": True})
    write("payment_received", properties={"amount": 500, "currency": "EUR"})
    assert not ledger.expected
    write("project_created")
    assert [*ledger.expected] == [Identity("c-1", "first-project", 1)]


def test_a_refund_takes_nothing_back_and_no_milestone_comes_again(ledger: Ledger) -> None:
    """What was reached stays, with the event that first reached it."""
    write = Writer(ledger)
    for amount, event in ((100, "payment_received"), (-60, "payment_refunded"), (70, "payment_received")):
        write(event, properties={"amount": amount, "currency": "USD"})
    assert ledger.expected == {Identity("c-1", "revenue-100", 1): Place(0, 0)}


def test_the_same_event_counts_once(ledger: Ledger) -> None:
    """Source and id together are its identity: a repeat is counted as one, another source is another event."""
    write = Writer(ledger)
    for source in ("boards", "boards", "import"):
        write("documents_processed", id="same", source=source, value=6)
    assert ledger.repeats == 1
    assert [*ledger.expected] == [Identity("c-1", "documents-10", 1)]
    assert ledger.by_source == {"boards": 2, "import": 1}


def test_refused_events_are_due_as_dead_letters(ledger: Ledger) -> None:
    """A broken value, and a payment without an amount, count for nothing and are noted with their place."""
    write = Writer(ledger)
    write("documents_processed", value="twelve")
    write("payment_received", properties={"currency": "USD"})
    assert [*ledger.refused] == [Place(0, 0), Place(0, 1)]
    assert ledger.refused[Place(0, 0)] == "wrong_type"
    assert not ledger.expected


DAY_MS = 86_400_000


def test_levels_values_days_and_what_they_complete(ledger: Ledger) -> None:
    """The highest number, different values, days in a row in the contact's zone; a composite with its last member."""
    write = Writer(ledger)
    ledger.zones["c-1"] = "Asia/Tokyo"
    for members in (9, 4, 11, 12):
        write("team_changed", properties={"members": members})
    for invitee in ("a", "b", "a", "c", "d", "e"):
        write("teammate_invited", properties={"invitee": invitee})
    write("project_created")
    for back in (6, 5, 4, 3, 2, 1, 0):
        write("session_started", at=NOW_MS - back * DAY_MS)
    assert ledger.expected == {
        Identity("c-1", "team-of-10", 1): Place(0, 2),
        Identity("c-1", "five-teammates", 1): Place(0, 9),
        Identity("c-1", "first-project", 1): Place(0, 10),
        Identity("c-1", "at-home", 1): Place(0, 10),
        Identity("c-1", "week-streak", 1): Place(0, 17),
    }
