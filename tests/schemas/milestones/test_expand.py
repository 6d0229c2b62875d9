"""`expand`: from entries to milestones."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from schemas.milestones import Document, expand, read_document
from schemas.milestones.expand import rung_id

CONTRACT = (Path(__file__).parent / "contract.yaml").read_text()


def test_a_ladder_stands_for_one_milestone_per_threshold() -> None:
    """Each has an id of its own and knows where its threshold stands."""
    document = read_document(CONTRACT)
    assert isinstance(document, Document)
    milestones = {milestone.id: milestone for milestone in expand(document)}
    assert list(milestones)[:6] == [
        "first-project",
        "documents-10",
        "documents-100",
        "documents-500",
        "documents-1000",
        "documents-club",
    ]
    assert milestones["documents-100"].threshold == 100
    assert milestones["documents-100"].at == ("milestones", 1, "when", "documents", 1)
    assert milestones["documents-club"].every == 5000
    assert milestones["yearly"].metric is None


def test_a_rung_is_named_by_its_threshold() -> None:
    """As it is written."""
    assert [rung_id("a", number) for number in (10, Decimal("0.5"), Decimal("1E-7"))] == [
        "a-10",
        "a-0.5",
        "a-0.0000001",
    ]
