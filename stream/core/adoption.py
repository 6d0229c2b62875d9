"""Adoption: what the next apply settles, from what the last one did."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from schemas.adoption import AdoptedMetric, AdoptedMilestone, Adoption, Course
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone, expand
from schemas.rules import RulesVersion


def adopt(previous: Adoption | None, document: Document, now_ms: int, *, before: Document | None = None) -> Adoption:
    """Return the adoption of ``document`` at ``now_ms``; ``previous`` itself when nothing changed.

    Numbers are given in the order of the file. A metric or milestone that comes back keeps its number and the
    time at which it was first applied. ``before`` is the document of ``previous``, which is looked at for what an
    earlier release adopted without its condition.
    """
    digest = document.digest()
    if previous is not None and previous.digest == digest:
        return previous
    return Adoption(
        version=previous.version + 1 if previous else 1,
        digest=digest,
        metrics=_metrics(previous.metrics if previous else {}, document, now_ms),
        milestones=_milestones(previous.milestones if previous else {}, document, before, now_ms),
    )


def next_version(previous: RulesVersion | None, document: Document, now_ms: int, by: str | None = None) -> RulesVersion:
    """Return the rules that applying ``document`` at ``now_ms`` makes; ``previous`` itself when it says the same.

    ``by`` is who applies it.
    """
    known, before = (previous.adoption, previous.document) if previous is not None else (None, None)
    adoption = adopt(known, document, now_ms, before=before)
    if previous is not None and adoption is previous.adoption:
        return previous
    return RulesVersion(adoption.version, now_ms, by, document, adoption)


def _metrics(known: dict[str, AdoptedMetric], document: Document, now_ms: int) -> dict[str, AdoptedMetric]:
    wanted = {f"{name}/{metric.kind}" for name, metric in document.metrics.items()}
    adopted = {
        key: metric if key in wanted else msgspec.structs.replace(metric, present=False)
        for key, metric in known.items()
    }
    for name, metric in document.metrics.items():
        key = f"{name}/{metric.kind}"
        old = adopted.get(key)
        if old is None:
            adopted[key] = AdoptedMetric(len(adopted), now_ms, now_ms)
        elif not old.present:
            adopted[key] = AdoptedMetric(old.number, old.first_applied_ms, now_ms)
    return adopted


def _milestones(
    known: dict[str, AdoptedMilestone], document: Document, before: Document | None, now_ms: int
) -> dict[str, AdoptedMilestone]:
    adopted = _with_courses(known, before)
    here = {milestone.id: milestone for milestone in expand(document)}
    for name, old in adopted.items():
        if name not in here and old.course is not UNSET and old.course.active:
            adopted[name] = msgspec.structs.replace(old, course=msgspec.structs.replace(old.course, active=False))
    for milestone in here.values():
        old = adopted.get(milestone.id) or AdoptedMilestone(len(adopted))
        active = milestone.entry.status == "active"
        if old.first_applied_ms is None and active:
            old = AdoptedMilestone(old.number, now_ms)
        adopted[milestone.id] = msgspec.structs.replace(
            old, course=_course(old, _condition(document, milestone), now_ms, active=active)
        )
    return adopted


def _with_courses(known: dict[str, AdoptedMilestone], before: Document | None) -> dict[str, AdoptedMilestone]:
    """Return the milestones, those of an earlier release with the course that they had under ``before``."""
    adopted = dict(known)
    if before is None:
        return adopted
    for milestone in expand(before):
        old = adopted.get(milestone.id)
        if old is not None and old.course is UNSET and old.first_applied_ms is not None:
            course = Course(_condition(before, milestone), old.first_applied_ms, milestone.entry.status == "active")
            adopted[milestone.id] = msgspec.structs.replace(old, course=course)
    return adopted


def _course(old: AdoptedMilestone, condition: str, now_ms: int, *, active: bool) -> Course | UnsetType:
    if old.first_applied_ms is None:
        return UNSET
    last = old.course
    if last is UNSET:
        return Course(condition, old.first_applied_ms, active)
    if not active:
        # What it says while nothing is detected counts once it is: then it is held against what it said last.
        return msgspec.structs.replace(last, active=False)
    edited = condition != last.condition
    if not edited and last.active:
        return last
    return Course(condition, now_ms, changed=last.changed or edited)


def _condition(document: Document, milestone: Milestone) -> str:
    """Return the condition in a text that is another one whenever a contact would come to it at another moment."""
    if milestone.metric is None:
        return str(milestone.condition.plain())
    metric = document.metrics[milestone.metric]
    counted = f"{milestone.metric}/{metric.streak or metric.kind}"
    return f"{counted} {milestone.threshold}" if milestone.every is None else f"{counted} every {milestone.every}"
