"""Milestones reached before, made up of the file: what somebody who gets there has usually behind them. Pure."""

from __future__ import annotations

import msgspec

from deploy.rehearsal.crossing import unit_of
from deploy.rehearsal.ladder import ladder
from schemas.delivery import Reached
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone, expand
from schemas.moment import rfc3339

_MOST = 5
_APART_MS = 23 * 86_400_000
"""23 days: a different weekday and month each time, so that dates of all lengths are seen."""


def made_up_past(document: Document, milestone: Milestone, occurrence: int, now_ms: int) -> tuple[Reached, ...]:
    """Return the milestones that lie before one on its metric, oldest first, the newest `_MOST`; active ones only."""
    reached = milestone.threshold or milestone.every or 0
    steps = [(each.id, 1, each.threshold or 0) for each in ladder(document, milestone)]
    below = [step for step in steps if step[2] < reached]
    if milestone.every:
        below += [(milestone.id, time, milestone.every * time) for time in range(1, occurrence)]
    newest = below[-_MOST:]
    return tuple(
        completed(
            document,
            Reached(
                milestone=name,
                occurrence=time,
                value=value,
                occurred_at=rfc3339(now_ms - (len(newest) - place) * _APART_MS),
            ),
        )
        for place, (name, time, value) in enumerate(newest)
    )


def completed(document: Document, reached: Reached) -> Reached:
    """Return a milestone of the past with what the file says of it; as it is, where the file has none of its id."""
    found = next((each for each in expand(document) if each.id == reached.milestone), None)
    if found is None or found.metric is None:
        return reached
    metric = document.metrics[found.metric]
    return msgspec.structs.replace(
        reached,
        kind=metric.kind.value,
        metric=found.metric,
        unit=reached.unit or unit_of(metric),
        threshold=found.threshold if found.every is None else found.every * reached.occurrence,
    )
