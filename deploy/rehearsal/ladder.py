"""The milestones that lie on one metric. Pure."""

from __future__ import annotations

from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone, expand


def ladder(document: Document, milestone: Milestone) -> list[Milestone]:
    """Return the active milestones with a threshold on the same metric, lowest first; none where it has no metric."""
    if milestone.metric is None:
        return []
    on_it = [
        each
        for each in expand(document)
        if each.metric == milestone.metric and each.threshold is not None and each.entry.status == "active"
    ]
    return sorted(on_it, key=lambda each: each.threshold or 0)
