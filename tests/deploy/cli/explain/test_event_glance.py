"""Usage events at a glance: counted by what, or by nothing."""

from __future__ import annotations

import pytest

from deploy.cli.explain.event_glance import glance, imported
from deploy.cli.explain.screen import counting
from schemas.adoption import AdoptedMetric, Adoption
from schemas.milestones import Document, read_document
from schemas.usage_event import UsageEvent
from stream.core.progress import Progress

FILE = """
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {sum: value, from: documents_processed}
  pdfs: {count: events, from: documents_processed, where: {format: pdf}}
milestones: [{id: documents, when: {documents: 10}, call_to_action: {text: Go, url: /go}}]
"""


@pytest.fixture
def document() -> Document:
    found = read_document(FILE)
    assert isinstance(found, Document)
    return found


def event(identity: str, name: str = "documents_processed", at: int = 1, **more: object) -> UsageEvent:
    return UsageEvent(id=identity, contact_id="c-1", event=name, at_ms=at, **more)  # type: ignore[arg-type]


def test_events_are_told_by_name_with_the_metrics_that_count_them(document: Document) -> None:
    """A filter counts what it passes; a name that no metric has is misspelt, most often."""
    misspelt, documents = glance(
        [event("1", properties={"format": "pdf"}), event("2", at=9, backfill=True), event("3", "documents_procesed")],
        document,
    )

    assert (documents.name, documents.records, documents.backfill, documents.at_ms) == ("documents_processed", 2, 1, 9)
    assert documents.passed == {"documents": 2, "pdfs": 1}
    assert (misspelt.name, misspelt.passed) == ("documents_procesed", {})


def test_a_repeat_is_told_by_source_and_id(document: Document) -> None:
    """The same id of another source is another event."""
    (found,) = glance([event("1"), event("1", at=2), event("1", source="importer")], document)

    assert (found.records, found.repeated) == (3, 1)


def test_a_baseline_that_was_counted_is_said_to_be(document: Document) -> None:
    """And what it holds already is passed over; one that was put aside has a dead letter."""
    taken = event("b-1", "cairn.baseline", at=5, properties={"metric": "documents"})
    refused = event("b-2", "cairn.baseline", at=7, properties={"metric": "pdfs"})
    before, after = event("1", at=5), event("2", at=6, properties={"format": "pdf"})
    baselines, documents = glance([taken, refused, before, after], document, {"documents": 5})
    assert baselines.is_baseline
    assert baselines.passed == {"documents": 1}
    assert (documents.passed, documents.covered) == ({"documents": 2, "pdfs": 1}, {"documents": 1})
    assert counting(baselines) == "as what stood before: documents"
    assert counting(documents) == ("by documents, 1 of them in its baseline already; by pdfs, whose filter passes 1")
    (alone,) = glance([refused], document, {"documents": 5})
    assert counting(alone) == "no: it was put aside, and its dead letter says why"


def test_baselines_are_read_from_the_row() -> None:
    """By the names of their metrics; one that left the rules has none."""
    adoption = Adoption(
        1, "", {"documents/sum": AdoptedMetric(0, 1, 1), "old/sum": AdoptedMetric(1, 1, 1, present=False)}, {}
    )
    row = Progress(counters=[], baselines={0: (10, 5), 1: (3, 4)})
    assert imported(row, adoption) == {"documents": 5}
    assert imported(None, adoption) == imported(Progress(counters=[]), adoption) == imported(row, None) == {}


def test_without_rules_nothing_is_said_to_count() -> None:
    """But what came is told."""
    assert [(each.name, each.passed) for each in glance([event("1")], None)] == [("documents_processed", {})]
