"""Adoption: what the next apply settles, from what the last one did."""

from __future__ import annotations

import msgspec

from schemas.adoption import AdoptedMetric, AdoptedMilestone, Adoption
from schemas.milestones.document import Document
from schemas.milestones.expand import expand
from schemas.rules import RulesVersion


def adopt(previous: Adoption | None, document: Document, now_ms: int) -> Adoption:
    """Return the adoption of ``document`` at ``now_ms``; ``previous`` itself when nothing changed.

    Numbers are given in the order of the file. A metric or milestone that comes back keeps its number and the
    time at which it was first applied.
    """
    digest = document.digest()
    if previous is not None and previous.digest == digest:
        return previous
    return Adoption(
        version=previous.version + 1 if previous else 1,
        digest=digest,
        metrics=_metrics(previous.metrics if previous else {}, document, now_ms),
        milestones=_milestones(previous.milestones if previous else {}, document, now_ms),
    )


def next_version(previous: RulesVersion | None, document: Document, now_ms: int, by: str | None = None) -> RulesVersion:
    """Return the rules that applying ``document`` at ``now_ms`` makes; ``previous`` itself when it says the same.

    ``by`` is who applies it.
    """
    adoption = adopt(previous.adoption if previous else None, document, now_ms)
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


def _milestones(known: dict[str, AdoptedMilestone], document: Document, now_ms: int) -> dict[str, AdoptedMilestone]:
    adopted = dict(known)
    for milestone in expand(document):
        old = adopted.get(milestone.id) or AdoptedMilestone(len(adopted))
        if old.first_applied_ms is None and milestone.entry.status == "active":
            old = AdoptedMilestone(old.number, now_ms)
        adopted[milestone.id] = old
    return adopted
