"""Adoption: since when metrics and milestones are in force, and the small numbers that rows know them by."""

from __future__ import annotations

import msgspec


class AdoptedMetric(msgspec.Struct, frozen=True):
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


class AdoptedMilestone(msgspec.Struct, frozen=True):
    """A milestone that is, or was, in the rules.

    ``first_applied_ms`` (epoch ms) is None while it is only a draft.
    """

    number: int
    first_applied_ms: int | None = None


class Adoption(msgspec.Struct, frozen=True):
    """What an apply has settled; in the rules record, and beside the rows of each task that has gone over to it.

    ``version`` counts the applies from 1, ``digest`` is that of the document. ``metrics`` are by name and
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
