"""Which kinds of metric this release counts; the file may name more."""

from __future__ import annotations

from schemas.milestones.condition import ALL_OF, SIGNED_UP, AllOf, Anniversary
from schemas.milestones.document import Document
from schemas.milestones.expand import expand
from schemas.milestones.metric import Kind
from schemas.milestones.problem import Problem, Severity

EXECUTED_KINDS: frozenset[str] = frozenset({*Kind, SIGNED_UP, ALL_OF})
"""Kinds of metric, and `signed_up` and `all_of` for the other conditions, that `advance` and `fire` carry out."""


def not_executed(document: Document) -> list[Problem]:
    """Return a problem for each milestone that this release cannot detect, in the order of the file.

    Drafts and retired milestones are left out: nothing is expected of them.
    """
    found: list[Problem] = []
    known = ", ".join(sorted(EXECUTED_KINDS))
    for milestone in expand(document):
        kind = _kind(document, milestone.metric, milestone.condition)
        if milestone.entry.status == "active" and kind not in EXECUTED_KINDS:
            found.append(
                document.problem(
                    milestone.at,
                    f"'{milestone.id}' is not yet counted by this release: '{kind}' is not one of {known}",
                    "set status: draft on it until a release that does",
                )
            )
    return found


def not_acted_on(document: Document) -> list[Problem]:
    """Return advice for what the file asks beside counting and this release leaves undone, in file order."""
    found: list[Problem] = []
    for index, entry in enumerate(document.milestones):
        if entry.nudge is not None:
            message = f"the nudge of '{entry.id}' is not yet sent by this release"
            found.append(document.problem(("milestones", index, "nudge"), message, severity=Severity.ADVICE))
        if entry.adoption == "record_only":
            message = f"'{entry.id}' is adopted silently: this release records no crossings of the past"
            found.append(document.problem(("milestones", index, "adoption"), message, severity=Severity.ADVICE))
    return found


def _kind(document: Document, metric: str | None, condition: object) -> str:
    match condition:
        case Anniversary():
            return SIGNED_UP
        case AllOf():
            return ALL_OF
        case _:
            assert metric is not None  # noqa: S101  # every other condition names one
            return document.metrics[metric].kind
