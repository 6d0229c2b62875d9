"""What is counted, and how the events look."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
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
    """The peer of a `strict` profile does all that the contract asks for and writes every field; that of the others
    only adds up, and says who passed which threshold.
    """

    name: str
    metrics: dict[str, object]
    milestones: list[dict[str, object]]
    event: Event
    dedupe_ids: int
    strict: bool
    file: Path | None = None
    """A whole milestones file, instead of metrics and milestones."""

    def document(self) -> Document:
        """Return the milestones file of this profile, read as a user's is."""
        if self.file is not None:
            text = self.file.read_text("utf-8")
        else:
            product = {"name": "Bench", "url": "https://bench.example"}
            file = {"version": 1, "product": product, "history": "complete"}
            text = json.dumps(file | {"metrics": self.metrics, "milestones": self.milestones})
        document = read_document(text)
        if not isinstance(document, Document):
            raise BenchError(f"the milestones of profile {self.name} are not sound: {document}")
        return document


def _least_event(number: int, contact: int, random: Random) -> str:
    return f'{{"contact_id":"c-{contact}","value":1,"id":"e-{number}","source":"s","event":"usage"}}'


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
    event=_least_event,
    dedupe_ids=0,
    strict=False,
)
"""One sum, three thresholds, no dedupe, and events with nothing but what the contract insists on. The tracker checks
them all the same; its peer looks for `contact_id` and `value`.
"""

FULL = Profile(
    name="full",
    metrics={
        "documents": {"sum": "value", "from": "documents_processed"},
        "pdf_documents": {"sum": "value", "from": "documents_processed", "where": {"format": "pdf"}},
        "days": {"streak": "days", "from": "documents_processed"},
    },
    milestones=[
        {
            "id": "documents",
            "when": {"documents": [10, 100, 1000]},
            "nudge": {"near": "90%", "stuck_for": "200 weeks"},  # set, and not due while it is measured
        },
        {"id": "pdf-documents", "when": {"pdf_documents": [10, 100]}},
        {"id": "week", "when": {"days": 7}},
    ],
    event=_contract_event,
    dedupe_ids=16,
    strict=True,
)
"""Contract events with every check, 16 ids remembered; six milestones on a sum, a filtered sum and a streak; a timer
for who is stuck near one.
"""

UNREMEMBERED = replace(FULL, name="undeduped", dedupe_ids=0)
"""The full profile without the window of ids: what dedupe costs."""

_DEEDS: tuple[tuple[int, str, Callable[[Random], str]], ...] = (
    (40, "documents_processed", lambda random: f'"value":{random.randint(1, 20)}'),
    (15, "session_started", lambda random: '"value":1'),
    (15, "project_created", lambda random: '"properties":{"sample":false}'),
    (15, "teammate_invited", lambda random: f'"properties":{{"invitee_id":"i-{random.randint(1, 30)}"}}'),
    (10, "payment_received", lambda random: f'"properties":{{"amount":{random.randint(1, 9999)}.5,"currency":"USD"}}'),
    (5, "team_changed", lambda random: f'"properties":{{"members":{random.randint(1, 40)}}}'),
)


def _any_event(number: int, contact: int, random: Random) -> str:
    ((_, event, rest),) = random.choices(_DEEDS, weights=[each[0] for each in _DEEDS])
    return (
        f'{{"id":"imp-{number}","source":"importer","contact_id":"c-{contact}","event":"{event}",'
        f'"at":"{rfc3339(START_MS + number)}",{rest(random)}}}'
    )


WHOLE = Profile(
    name="whole",
    metrics={},
    milestones=[],
    event=_any_event,
    dedupe_ids=16,
    strict=True,
    file=Path(__file__).parents[1] / "schemas/milestones/contract.yaml",
)
"""The contract's whole file: every kind of metric and milestone, and events of six names."""

PROFILES = {each.name: each for each in (BARE, FULL, UNREMEMBERED, WHOLE)}
