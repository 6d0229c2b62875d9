"""A row in the words of the milestones file."""

from __future__ import annotations

from decimal import Decimal

import pytest

from deploy.cli.contact_progress import Next, metrics_of, reached_of
from schemas.adoption import Adoption
from schemas.milestones.document import Document
from schemas.milestones.reader import read_document
from stream.core.adoption import adopt
from stream.core.progress import Progress

FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {sum: value, from: documents_processed}
  days: {streak: days, from: started}
milestones:
  - {id: documents, when: {documents: [10, 100]}, call_to_action: {text: Go, url: /go}}
  - {id: club, when: {documents: every 40}, call_to_action: {text: Go, url: /go}}
  - {id: draft, when: {documents: 11}, status: draft, call_to_action: {text: Go, url: /go}}
  - {id: week, when: {days: 7}, call_to_action: {text: Go, url: /go}}
"""


@pytest.fixture
def document() -> Document:
    found = read_document(FILE)
    assert isinstance(found, Document)
    return found


@pytest.fixture
def adoption(document: Document) -> Adoption:
    return adopt(None, document, 1_790_000_000_000)


def row(value: int | Decimal, *reached: tuple[int, int], mark: int | None = None) -> Progress:
    made = Progress([value], peaks=None if mark is None else {0: mark})
    for number, occurrence in reached:
        made.reach(number, occurrence)
    return made


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        (row(3), Next("documents-10", 10, 7)),
        (row(12, (0, 1)), Next("club", 40, 28)),
        (row(85, (0, 1), (2, 2)), Next("documents-100", 100, 15)),
        (row(9, (0, 1)), Next("club", 40, 31)),
        (row(200, (0, 1), (1, 1), (2, 9)), Next("club", 400, 200)),
    ],
)
def test_next_is_the_nearest_that_is_still_ahead(
    document: Document, adoption: Adoption, progress: Progress, expected: Next
) -> None:
    """Across ladders and every N; never one that was reached (also after a refund), never a draft."""
    assert metrics_of(progress, adoption, document)[0].next == expected


def test_without_the_file_there_are_names_and_no_next(adoption: Adoption) -> None:
    """Counters are named by what the tracker adopted; thresholds are the file's."""
    first, second = metrics_of(row(Decimal("2.5")), adoption, None)

    assert (first.name, first.kind, first.value, first.counted, first.next) == (
        "documents",
        "sum",
        Decimal("2.5"),
        True,
        None,
    )
    assert (second.name, second.value, second.counted) == ("days", 0, True)


def test_a_metric_that_the_rules_dropped_is_not_counted(document: Document) -> None:
    """Its number is kept and shown, with nothing ahead."""
    whole = adopt(None, document, 1_790_000_000_000)
    left = document.model_copy(update={"metrics": {"days": document.metrics["days"]}, "milestones": ()})

    documents, days = metrics_of(row(7), adopt(whole, left, 1_790_000_000_001), document)

    assert (documents.name, documents.value, documents.counted, documents.next) == ("documents", 7, False, None)
    assert days.counted


def test_the_mark_stays_when_the_value_falls(document: Document, adoption: Adoption) -> None:
    """A refund lowers the value, not the high-water mark."""
    first = metrics_of(row(5, mark=12), adoption, document)[0]

    assert (first.value, first.mark) == (5, 12)


def test_reached_in_the_order_of_the_rules(adoption: Adoption) -> None:
    """Every reached milestone, with its latest occurrence; without its crossing the date is unknown."""
    found = reached_of(row(90, (2, 2), (0, 1)), adoption, [])

    assert [(each.milestone, each.occurrence, each.crossing) for each in found] == [
        ("documents-10", 1, None),
        ("club", 2, None),
    ]
