"""What this release does not carry out is said, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.milestones import Document, Severity, read_document
from stream.core import executed
from stream.core.executed import not_acted_on, not_executed

CONTRACT = Path(__file__).parents[2] / "schemas" / "milestones" / "contract.yaml"


@pytest.fixture
def contract() -> Document:
    """The published example, which names every kind."""
    document = read_document(CONTRACT.read_text(), "milestones.yaml")
    assert isinstance(document, Document)
    return document


def test_every_kind_of_the_contract_is_carried_out(contract: Document) -> None:
    """Word for word."""
    assert not_executed(contract) == []


def test_each_milestone_of_another_kind_is_named_with_its_place(
    contract: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should a release not count all of a file that is fine, it says so."""
    monkeypatch.setattr(executed, "EXECUTED_KINDS", frozenset({"count", "sum"}))
    problems = not_executed(contract)
    assert [(problem.where, problem.message) for problem in problems] == [
        (
            f"milestones.yaml:{line}:{column}",
            f"'{name}' is not yet counted by this release: '{kind}' is not one of count, sum",
        )
        for line, column, name, kind in [
            (43, 40, "team-of-25", "highest"),
            (44, 43, "ten-teammates", "distinct"),
            (45, 42, "week-streak", "streak"),
            (46, 29, "thirty-days", "signed_up"),
            (47, 24, "yearly", "signed_up"),
            (48, 27, "onboarded", "all_of"),
        ]
    ]


def test_drafts_may_be_of_any_kind(contract: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is expected of them."""
    monkeypatch.setattr(executed, "EXECUTED_KINDS", frozenset({"count"}))
    plain = contract.plain()
    for entry in plain["milestones"]:
        entry["status"] = "draft"
    assert not_executed(Document.model_validate(plain)) == []


def test_what_is_asked_beside_counting_is_advice(contract: Document) -> None:
    """A nudge that is not sent does not stop the counting."""
    advice = not_acted_on(contract)
    assert [problem.severity for problem in advice] == [Severity.ADVICE, Severity.ADVICE]
    assert "nudge of 'documents'" in advice[0].message
    assert "'team-of-25' is adopted silently" in advice[1].message
