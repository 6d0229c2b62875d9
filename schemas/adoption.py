"""Adoption: since when metrics and milestones are in force, and the small numbers that rows know them by."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from schemas.bounds import FOREVER_MS


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


class Course(msgspec.Struct, frozen=True):
    """The condition that a milestone has, or had last, and since when it is in force.

    ``condition`` is its text, ``since_ms`` (epoch ms) when it last was edited or came back, and else when it was first
    applied: what became due before is past. ``changed`` says whether it ever was another one. ``active`` is False while
    nothing is detected.
    """

    condition: str
    since_ms: int
    active: bool = True
    changed: bool = False


class AdoptedMilestone(msgspec.Struct, frozen=True):
    """A milestone that is, or was, in the rules.

    ``first_applied_ms`` (epoch ms) is None while it is only a draft. ``course`` is not there while it is only a draft,
    and in what an earlier release wrote.
    """

    number: int
    first_applied_ms: int | None = None
    course: Course | UnsetType = UNSET

    @property
    def since_ms(self) -> int | None:
        """Since when it is in force with the condition that it has; None while it is only a draft."""
        return self.first_applied_ms if self.course is UNSET else self.course.since_ms


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


def renumbered(known: Adoption, wanted: Adoption) -> str | None:
    """Return what has another number, or none, in `wanted` than in an earlier adoption; None if it goes on from that.

    Rows hold numbers alone: under another one a metric would go on from the counter of a different metric.
    """
    for name, metric in known.metrics.items():
        if (now := wanted.metrics.get(name)) is None or now.number != metric.number:
            return f"the metric {name}"
    for name, milestone in known.milestones.items():
        if (then := wanted.milestones.get(name)) is None or then.number != milestone.number:
            return f"the milestone {name}"
    return None


def unsound_number(adoption: Adoption) -> str | None:
    """Return what no apply ever wrote of an adoption: a number or moment beyond its bounds; None if all are sound.

    Rows are as wide as the numbers say, and calendars reckon from the moments.
    """
    for name, metric in adoption.metrics.items():
        if not _sound(metric.number, metric.first_applied_ms, metric.counted_since_ms):
            return f"the metric {name!r} has a number or moment that cannot be"
    for name, milestone in adoption.milestones.items():
        if not _sound(milestone.number, milestone.first_applied_ms or 0, milestone.since_ms or 0):
            return f"the milestone {name!r} has a number or moment that cannot be"
    return None


def _sound(number: int, *moments: int) -> bool:
    return 0 <= number < _MOST and all(0 <= moment <= FOREVER_MS for moment in moments)


_MOST = 100_000
"""Metrics, or milestones, that one application ever had."""
