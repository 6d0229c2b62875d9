"""A crossing that never happened, as the tracker would have written it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.rehearsal.ladder import ladder
from schemas.contact import Contact
from schemas.errors import CairnError
from schemas.milestone_crossed import EventSource, Kind, MilestoneCrossed, NextRung, Rung, TimerSource
from schemas.milestones.condition import AllOf, Anniversary
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone, expand
from schemas.milestones.metric import Metric
from schemas.milestones.number import Number
from schemas.milestones.spelling import listed, nearest
from schemas.moment import rfc3339
from schemas.name_id import name_id
from stream.runtime.exits import Exit

SOURCE = "cairn send-test"
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class _Place:
    """Where on its metric, or in time, a milestone is reached."""

    kind: Kind
    unit: str | None
    occurrence: int
    threshold: Number
    before: Number
    value: Number


def milestone_named(document: Document, name: str) -> Milestone:
    """Return a milestone of the rules, a drafted or retired one too.

    Raises:
        CairnError: USAGE, when there is none of this name.
    """
    known = {each.id: each for each in expand(document)}
    if name in known:
        return known[name]
    raise CairnError(
        f"there is no milestone {name!r} in the rules in force",
        where="--milestone",
        fix=nearest(name, known) or f"there are {listed(known)}; `cairn milestones apply` puts others into force",
        exit=Exit.USAGE,
    )


def made_up_crossing(
    document: Document,
    rules_version: int,
    milestone: Milestone,
    contact: Contact,
    value: Number | None,
    now_ms: int,
    *,
    anniversary: int = 1,
) -> MilestoneCrossed:
    """Return the crossing of a milestone by a contact, just now.

    Its id is none that a real one ever has, so it replaces no real message and no link of it names one. `value` is the
    number reached; None: exactly the threshold. `anniversary` says which one it is of a milestone that comes again and
    again by time; those on a metric follow from the value.

    Raises:
        CairnError: USAGE, when the value does not reach the milestone, or the milestone has none of its own.
    """
    place = _place(document, milestone, value, anniversary)
    at = rfc3339(now_ms)
    made_up = name_id([SOURCE, contact.contact_id, milestone.id, now_ms])
    signed_up_ms = contact.signed_up_ms
    return MilestoneCrossed(
        id=made_up,
        contact_id=contact.contact_id,
        milestone=milestone.id,
        occurrence=place.occurrence,
        metric=milestone.metric,
        kind=place.kind,
        unit=place.unit,
        tier=milestone.entry.tier,
        threshold=place.threshold,
        value_before=place.before,
        value=place.value,
        occurred_at=at,
        detected_at=at,
        days_since_signup=None if signed_up_ms is None else max(0, (now_ms - signed_up_ms) // _DAY_MS),
        previous=_previous(document, milestone, place),
        next=_next(document, milestone, place),
        celebrate=True,
        reward=milestone.entry.reward,
        rules_version=rules_version,
        source=TimerSource(due_at=at)
        if place.kind == "signed_up"
        else EventSource(topic=SOURCE, partition=0, offset=0, event_source=SOURCE, event_id=made_up),
    )


def unit_of(metric: Metric) -> str | None:
    """Return what the tracker says that a metric is in: a streak counts its days or weeks."""
    return metric.unit or metric.streak


def _place(document: Document, milestone: Milestone, value: Number | None, anniversary: int) -> _Place:
    if milestone.metric is None and value is not None:
        raise _unfit(f"{milestone.id} is reached by no number", "leave --value out")
    match milestone.condition:
        case Anniversary(after, repeats):
            occurrence = anniversary if repeats else 1
            age = after.amount * occurrence
            return _Place("signed_up", f"{after.unit}s", occurrence, age, age - after.amount, age)
        case AllOf(members):
            return _Place("all_of", None, 1, len(members), len(members) - 1, len(members))
    metric = document.metrics[milestone.metric or ""]
    step = milestone.threshold or milestone.every or 1
    reached = step if value is None else value
    if reached < step:
        raise _unfit(f"a value of {reached} does not reach {milestone.id}, which is at {step}", f"give {step} or more")
    occurrence = int(reached // step) if milestone.every else 1
    threshold = step * occurrence
    return _Place(metric.kind.value, unit_of(metric), occurrence, threshold, max(threshold - 1, 0), reached)


def _previous(document: Document, milestone: Milestone, place: _Place) -> Rung | None:
    if milestone.every:
        return _repeated(milestone, place.occurrence - 1) if place.occurrence > 1 else None
    below = [each for each in ladder(document, milestone) if (each.threshold or 0) < place.threshold]
    return Rung(milestone=below[-1].id, occurrence=1, threshold=below[-1].threshold or 0) if below else None


def _next(document: Document, milestone: Milestone, place: _Place) -> NextRung | None:
    if milestone.every:
        rung = _repeated(milestone, place.occurrence + 1)
    else:
        above = [each for each in ladder(document, milestone) if (each.threshold or 0) > place.value]
        if not above:
            return None
        rung = Rung(milestone=above[0].id, occurrence=1, threshold=above[0].threshold or 0)
    return NextRung(
        milestone=rung.milestone,
        occurrence=rung.occurrence,
        threshold=rung.threshold,
        remaining=rung.threshold - place.value,
    )


def _repeated(milestone: Milestone, occurrence: int) -> Rung:
    return Rung(milestone=milestone.id, occurrence=occurrence, threshold=(milestone.every or 0) * occurrence)


def _unfit(what: str, fix: str) -> CairnError:
    return CairnError(what, where="--value", fix=fix, exit=Exit.USAGE)
