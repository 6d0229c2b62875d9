"""What is counted, and how the events look: the peer's work, and the contract's."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from schemas.milestones import Document, read_document
from schemas.moment import rfc3339
from tests.bench.failure import BenchError

START_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z: moments of events count up from here."""

Event = Callable[[int, int, Random], str]
"""The JSON text of event number n of contact c."""


@dataclass(frozen=True, slots=True)
class Profile:
    """`strict` events go through the tracker's own gate, the others through the plain admission of this benchmark."""

    name: str
    metrics: dict[str, object]
    milestones: list[dict[str, object]]
    event: Event
    dedupe_ids: int
    strict: bool

    def document(self) -> Document:
        """Return the milestones file of this profile, read as a user's is."""
        product = {"name": "Bench", "url": "https://bench.example"}
        file = {"version": 1, "product": product, "history": "complete"}
        document = read_document(json.dumps(file | {"metrics": self.metrics, "milestones": self.milestones}))
        if not isinstance(document, Document):
            raise BenchError(f"the milestones of profile {self.name} are not sound: {document}")
        return document


def _peer_event(number: int, contact: int, random: Random) -> str:
    return f'{{"contact_id":"c-{contact}","value":1,"id":"e-{number}"}}'


def _contract_event(number: int, contact: int, random: Random) -> str:
    return (
        f'{{"id":"imp-{number}","source":"importer","contact_id":"c-{contact}","event":"documents_processed",'
        f'"value":1,"at":"{rfc3339(START_MS + number)}",'
        f'"properties":{{"format":"{"pdf" if random.random() < 0.5 else "docx"}"}}}}'
    )


BARE = Profile(
    name="bare",
    metrics={"documents": {"sum": "value", "from": "usage"}},
    milestones=[{"id": "documents", "when": {"documents": [10, 100, 1000]}}],
    event=_peer_event,
    dedupe_ids=0,
    strict=False,
)
"""The peer's work: one sum, three thresholds, no dedupe."""

FULL = Profile(
    name="full",
    metrics={
        "documents": {"sum": "value", "from": "documents_processed"},
        "pdf_documents": {"sum": "value", "from": "documents_processed", "where": {"format": "pdf"}},
    },
    milestones=[
        {"id": "documents", "when": {"documents": [10, 100, 1000]}},
        {"id": "pdf-documents", "when": {"pdf_documents": [10, 100, 1000]}},
    ],
    event=_contract_event,
    dedupe_ids=16,
    strict=True,
)
"""Contract events with every check, 16 ids remembered, six milestones on a sum and a filtered sum."""

STEADY = Profile(
    name="steady",
    metrics=FULL.metrics,
    milestones=[{"id": "documents", "when": {"documents": "every 10"}}, FULL.milestones[1]],
    event=_contract_event,
    dedupe_ids=16,
    strict=True,
)
"""The full profile with a milestone that keeps being crossed, so that latency has samples all the time."""

PROFILES = {each.name: each for each in (BARE, FULL, STEADY)}
