"""What must come out, worked out from what went in: one contact at a time, by the plainest code, apart from the code
under test.

It knows the milestones of `tests.system.rig.MILESTONES` by heart and imports nothing of the product.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

Number = int | Decimal

LADDERS: dict[str, tuple[int, ...]] = {"documents": (10, 100, 500), "logins": (1, 5)}
CLUB_EVERY = 250


class Crossing(NamedTuple):
    """One crossing as far as the input decides it; moments and the version of the rules are not in it."""

    contact: str
    milestone: str
    occurrence: int
    threshold: Number
    before: Number
    value: Number
    offset: int
    jump: tuple[int, int] | None

    @property
    def identity(self) -> tuple[str, str, int]:
        """What there is one record of at most."""
        return self.contact, self.milestone, self.occurrence


def of_record(value: bytes) -> Crossing:
    """Read an output record into the oracle's words."""
    body = json.loads(value, parse_float=Decimal)
    jump = body.get("jump")
    return Crossing(
        body["contact_id"],
        body["milestone"],
        body["occurrence"],
        body["threshold"],
        body["value_before"],
        body["value"],
        body["source"]["offset"],
        (jump["index"], jump["of"]) if jump else None,
    )


@dataclass
class Contact:
    """What the oracle knows of one contact."""

    seen: deque[tuple[str, str]]
    documents: Number = 0
    logins: int = 0
    reached: set[tuple[str, int]] = field(default_factory=set)


class Oracle:
    """Folds the records of one input partition, in offset order.

    `window` ids are remembered per contact: the setting `tracker.dedupe_window` that the workers run with. Most
    scenarios switch it off, for it would hide an event that a worker has read twice.
    """

    def __init__(self, window: int) -> None:
        self.contacts: dict[str, Contact] = {}
        self._window = window

    def crossings(self, records: Iterable[Any]) -> list[Crossing]:
        """Return what the records cross, in order. They must be well-formed events."""
        return [crossing for record in records for crossing in self._one(record.offset(), record.value())]

    def _one(self, offset: int, value: bytes) -> list[Crossing]:
        event = json.loads(value, parse_float=Decimal)
        kind = event["event"]
        if kind not in ("documents_processed", "logged_in"):
            return []
        name = event["contact_id"]
        contact = self.contacts.setdefault(name, Contact(deque(maxlen=self._window)))
        identity = event.get("source", ""), event["id"]
        if identity in contact.seen:
            return []
        contact.seen.append(identity)
        minor: list[Crossing] = []
        major: list[Crossing] = []
        before: Number
        after: Number
        if kind == "logged_in":
            before, after = contact.logins, contact.logins + 1
            contact.logins = after
            ladder = "logins"
        else:
            before, after = contact.documents, contact.documents + event["value"]
            contact.documents = after
            ladder = "documents"
            # The highest ever may be far below after a correction: an occurrence that was reached stays reached.
            for occurrence in range(1, int(after // CLUB_EVERY) + 1 if after > 0 else 1):
                at = occurrence * CLUB_EVERY
                if self._first(contact, "documents-club", occurrence):
                    major.append(Crossing(name, "documents-club", occurrence, at, before, after, offset, None))
        for threshold in LADDERS[ladder]:
            milestone = f"{ladder}-{threshold}"
            if after >= threshold and self._first(contact, milestone, 1):
                minor.append(Crossing(name, milestone, 1, threshold, before, after, offset, None))
        # The one to celebrate comes last, and a major one is celebrated before a minor one.
        both = minor + major
        if len(both) < 2:
            return both
        return [each._replace(jump=(index, len(both))) for index, each in enumerate(both, 1)]

    @staticmethod
    def _first(contact: Contact, milestone: str, occurrence: int) -> bool:
        if (milestone, occurrence) in contact.reached:
            return False
        contact.reached.add((milestone, occurrence))
        return True
