"""A contact's row put in the words of the milestones file. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from deploy.cli.text import day, exact_moment
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone, expand

if TYPE_CHECKING:
    from schemas.adoption import Adoption
    from stream.core.progress import Amount, Progress


@dataclass(frozen=True)
class Next:
    """The nearest threshold of a metric that is still ahead."""

    milestone: str
    threshold: Amount
    remaining: Amount


@dataclass(frozen=True)
class Metric:
    """One counter. `mark` is its high-water mark, which differs from the value only after that fell.

    `counted` is False for one that the rules dropped.
    """

    name: str
    kind: str
    value: Amount
    mark: Amount
    counted: bool
    next: Next | None


@dataclass(frozen=True)
class Reached:
    """A milestone that the row holds as reached; the crossing tells when, if it is still in its topic."""

    milestone: str
    occurrence: int
    crossing: MilestoneCrossed | None


def metrics_of(row: Progress, adoption: Adoption, document: Document | None) -> list[Metric]:
    """Every metric that is or was counted, by number. Without the file there is no next threshold."""
    milestones = expand(document) if document is not None else ()
    result = []
    for key, adopted in sorted(adoption.metrics.items(), key=lambda item: item[1].number):
        name, _, kind = key.rpartition("/")
        value = row.counter(adopted.number)
        mark = row.high(adopted.number)
        ahead = _next(milestones, name, value, mark, row, adoption) if adopted.present else None
        result.append(Metric(name, kind, value, mark, adopted.present, ahead))
    return result


METRIC_COLUMNS = ("METRIC", "KIND", "VALUE", "MARK", "NEXT")


def metric_cells(metric: Metric) -> tuple[str, ...]:
    """A metric as a row under `METRIC_COLUMNS`."""
    ahead = metric.next
    return (
        metric.name if metric.counted else f"{metric.name} (not counted)",
        metric.kind,
        f"{metric.value:,}",
        f"{metric.mark:,}",
        f"{ahead.milestone} at {ahead.threshold:,}, {ahead.remaining:,} to go" if ahead else "",
    )


def metric_document(metric: Metric) -> dict[str, Any]:
    """A metric for JSON."""
    ahead = metric.next
    return {
        "name": metric.name,
        "kind": metric.kind,
        "value": exact(metric.value),
        "mark": exact(metric.mark),
        "counted": metric.counted,
        "next": ahead
        and {
            "milestone": ahead.milestone,
            "threshold": exact(ahead.threshold),
            "remaining": exact(ahead.remaining),
        },
    }


def reached_of(row: Progress, adoption: Adoption, crossings: Sequence[MilestoneCrossed]) -> list[Reached]:
    """Every milestone reached, the latest occurrence of each, in the order of their numbers."""
    known: Mapping[tuple[str, int], MilestoneCrossed] = {(each.milestone, each.occurrence): each for each in crossings}
    result = []
    for milestone, adopted in sorted(adoption.milestones.items(), key=lambda item: item[1].number):
        if occurrence := row.occurrence(adopted.number):
            result.append(Reached(milestone, occurrence, known.get((milestone, occurrence))))
    return result


def about_of(row: Progress) -> dict[str, str]:
    """What the row knows of the contact itself: moment of sign-up, time zone, last day (UTC) with a counted event."""
    about = {}
    if row.signed_up_ms is not None:
        about["signed_up_at"] = exact_moment(row.signed_up_ms)
    if row.zone is not None:
        about["time_zone"] = row.zone
    if row.first_ms:
        about["last_active_on"] = day(row.last_day)
    return about


def exact(amount: Amount | None) -> Any:
    """An amount for JSON: a decimal as text, because a JSON reader would round it."""
    return str(amount) if isinstance(amount, Decimal) else amount


def _next(
    milestones: Sequence[Milestone], metric: str, value: Amount, mark: Amount, row: Progress, adoption: Adoption
) -> Next | None:
    ahead = []
    for milestone in milestones:
        if milestone.metric != metric or milestone.entry.status != "active":
            continue
        adopted = adoption.milestones.get(milestone.id)
        passed = row.occurrence(adopted.number) if adopted is not None else 0
        if milestone.every is not None:
            multiple = int(mark // milestone.every)
            if adopted is not None and adopted.course is not UNSET and not adopted.course.changed:
                multiple = max(multiple, passed)  # an occurrence is a multiple as long as N stays
            ahead.append(((multiple + 1) * milestone.every, milestone.id))
        elif milestone.threshold is not None and not passed and milestone.threshold > mark:
            ahead.append((milestone.threshold, milestone.id))
    if not ahead:
        return None
    threshold, name = min(ahead)
    return Next(name, threshold, threshold - value)
