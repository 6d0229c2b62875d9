"""From the entries of the file to milestones: a ladder stands for one milestone per threshold."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.milestones.condition import Condition, Every, Reaches
from schemas.milestones.document import Document, MilestoneEntry
from schemas.milestones.number import Number
from schemas.milestones.problem import Path


@dataclass(frozen=True, slots=True)
class Milestone:
    """One milestone with an id of its own.

    For conditions on a metric, ``metric`` is its name and one of ``threshold`` and ``every`` is set;
    for anniversaries and composites all three are None. ``at`` is the path of the condition in the file.
    """

    id: str
    entry: MilestoneEntry
    condition: Condition
    at: Path
    metric: str | None = None
    threshold: Number | None = None
    every: Number | None = None


def rung_id(entry_id: str, threshold: Number) -> str:
    """Return the id of a ladder's rung: ``documents`` and 10 give ``documents-10``."""
    return f"{entry_id}-{threshold:f}" if not isinstance(threshold, int) else f"{entry_id}-{threshold}"


def expand_entry(entry: MilestoneEntry, index: int) -> tuple[Milestone, ...]:
    """Return the milestones of the entry that stands at ``index`` in the file."""
    at: Path = ("milestones", index, "when")
    match entry.when:
        case Reaches(metric, thresholds, True):
            return tuple(
                Milestone(rung_id(entry.id, threshold), entry, entry.when, (*at, metric, rung), metric, threshold)
                for rung, threshold in enumerate(thresholds)
            )
        case Reaches(metric, thresholds):
            return (Milestone(entry.id, entry, entry.when, (*at, metric), metric, thresholds[0]),)
        case Every(metric, step):
            return (Milestone(entry.id, entry, entry.when, (*at, metric), metric, every=step),)
        case _:
            return (Milestone(entry.id, entry, entry.when, at),)


def expand(document: Document) -> tuple[Milestone, ...]:
    """Return every milestone of the document, in the order of the file."""
    return tuple(
        milestone for index, entry in enumerate(document.milestones) for milestone in expand_entry(entry, index)
    )
