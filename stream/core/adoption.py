"""Adoption: which rules are in force, since when, and the small numbers that rows know them by."""

from __future__ import annotations

import msgspec

from schemas.milestones.document import Document
from schemas.milestones.expand import expand


class AdoptedMetric(msgspec.Struct, array_like=True, frozen=True):
    """A metric that is, or was, counted.

    ``number`` is its place in every row's counters. Times are epoch ms. ``counted_since_ms`` is later than
    ``first_applied_ms`` when the metric was out of the rules in between: what happened then was not counted.
    """

    number: int
    first_applied_ms: int
    counted_since_ms: int
    present: bool = True

    @property
    def has_gap(self) -> bool:
        """Whether the metric was not counted for a time after it was first applied."""
        return self.counted_since_ms > self.first_applied_ms


class AdoptedMilestone(msgspec.Struct, array_like=True, frozen=True):
    """A milestone that is, or was, in the rules; ``first_applied_ms`` is None while it is only a draft."""

    number: int
    first_applied_ms: int | None = None


class Adoption(msgspec.Struct, array_like=True, frozen=True):
    """The rules that a task has adopted; stored beside its rows.

    ``version`` counts the changes from 1, ``digest`` is that of the document. ``metrics`` are by name and
    kind (``documents/sum``): a metric whose kind changes counts something else and starts anew.
    ``milestones`` are by id. Entries stay when the document drops them, so no number is ever given twice.
    """

    version: int
    digest: str
    metrics: dict[str, AdoptedMetric]
    milestones: dict[str, AdoptedMilestone]

    def metric(self, name: str, kind: str) -> AdoptedMetric:
        """Return what was adopted for a metric of the document. Raises KeyError for any other."""
        return self.metrics[f"{name}/{kind}"]

    def milestone(self, milestone_id: str) -> AdoptedMilestone:
        """Return what was adopted for a milestone of the document. Raises KeyError for any other."""
        return self.milestones[milestone_id]


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
