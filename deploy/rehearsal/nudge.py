"""A nudge that never happened, as the tracker would have written it. Pure."""

from __future__ import annotations

from deploy.rehearsal.crossing import SOURCE, unit_of
from schemas.contact import Contact
from schemas.milestone_crossed import TimerSource
from schemas.milestone_nudge import MilestoneNudge, NudgeKind
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone
from schemas.milestones.metric import Kind
from schemas.milestones.number import Number
from schemas.moment import rfc3339
from schemas.name_id import name_id
from stream.core.amounts import exact_gap, exact_share

_WHOLE = frozenset({Kind.COUNT, Kind.DISTINCT, Kind.STREAK})


def nudges_of(milestone: Milestone) -> tuple[NudgeKind, ...]:
    """Return the nudges that a milestone asks for: only one that is near can be stuck."""
    wanted = milestone.entry.nudge
    if milestone.metric is None or wanted is None or wanted.near is None:
        return ()
    return ("near", "stuck") if wanted.stuck_for is not None else ("near",)


def made_up_nudge(
    document: Document,
    rules_version: int,
    milestone: Milestone,
    contact: Contact,
    kind: NudgeKind,
    occurrence: int,
    now_ms: int,
) -> MilestoneNudge:
    """Return the nudge of a milestone to a contact, just now, at the first number that is near.

    Raises:
        ValueError: the milestone asks for no such nudge; see `nudges_of`.
    """
    nudge = milestone.entry.nudge
    if kind not in nudges_of(milestone) or milestone.metric is None or nudge is None or nudge.near is None:
        raise ValueError(f"{milestone.id} asks for no nudge of the kind {kind}")
    metric = document.metrics[milestone.metric]
    step: Number = milestone.threshold or milestone.every or 1
    threshold = step * (occurrence if milestone.every else 1)
    # As `stream.core.goal` has it: of a repeating milestone the last step counts.
    rest = exact_share(step, 10_000 - nudge.near.basis_points)
    # Something is still to come in a message that says so, whatever the share was rounded to.
    missing = max(1, int(rest)) if metric.kind in _WHOLE else rest or 1
    at = rfc3339(now_ms)
    return MilestoneNudge(
        id=name_id(["nudge", SOURCE, contact.contact_id, milestone.id, occurrence, kind, now_ms]),
        contact_id=contact.contact_id,
        milestone=milestone.id,
        occurrence=occurrence if milestone.every else 1,
        kind=kind,
        metric=milestone.metric,
        unit=unit_of(metric),
        tier=milestone.entry.tier,
        threshold=threshold,
        value=exact_gap(threshold, missing),
        remaining=missing,
        occurred_at=at,
        detected_at=at,
        rules_version=rules_version,
        source=TimerSource(due_at=at),
    )
