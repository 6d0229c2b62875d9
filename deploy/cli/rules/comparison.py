"""The file against the rules in force: every difference, and what follows from it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from deploy.cli.condition_words import when
from deploy.cli.rules.change import Change, Kind
from deploy.cli.rules.edit_words import edit_words
from deploy.cli.rules.fields import differing
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone, expand
from schemas.milestones.metric import Metric
from schemas.milestones.optional import NONE
from schemas.rules import RulesVersion

_REACHED = "its reached set is kept; under another id it would be a new milestone"
_BACK = "detected again; who has reached it stays so, and what was passed meanwhile is not celebrated"
_STATUS = {
    "draft": "not detected while it is a draft; who has reached it stays so",
    "retired": "no longer detected; its reached set is kept",
}


def compare(previous: RulesVersion | None, document: Document) -> list[Change]:
    """Return what applying `document` over `previous` changes: metrics, then milestones, then the rest of the file.

    Empty only if both say the same.
    """
    changes = [*_metrics(previous, document), *_milestones(previous, document)]
    if previous is not None:
        changes += _rest(previous.document, document)
        if not changes and previous.document.digest() != document.digest():
            changes = [_same_in_other_words(previous.document, document)]
    return changes


def _same_in_other_words(before: Document, after: Document) -> Change:
    """What a file changes that has the same values."""
    if [each.id for each in expand(before)] != [each.id for each in expand(after)]:
        return Change("order", "the entries", Kind.CHANGED, remarks=("they stand in another order",))
    remark = "one of them writes out what holds by default in the other; nothing else follows"
    return Change("wording", "the settings", Kind.CHANGED, remarks=(remark,))


def _metrics(previous: RulesVersion | None, document: Document) -> Iterable[Change]:
    old: Mapping[str, Metric] = previous.document.metrics if previous else {}
    for name, metric in document.metrics.items():
        before = old.get(name)
        if before is None:
            remark = _starts(previous, name, metric)
            yield Change("metric", name, Kind.ADDED, _summary(metric), remarks=(remark,))
        elif before != metric:
            remarks = tuple(_counts_on(previous, name, before, metric))
            yield Change("metric", name, Kind.CHANGED, "", differing(_plain(before), _plain(metric)), remarks)
    for name, metric in old.items():
        if name not in document.metrics:
            remark = "no longer counted; if it comes back, what happens in between will be missing"
            yield Change("metric", name, Kind.REMOVED, _summary(metric), remarks=(remark,))


def _counts_on(previous: RulesVersion | None, name: str, before: Metric, metric: Metric) -> Iterable[str]:
    if before.kind != metric.kind:
        yield f"it is a {metric.kind} now, no longer a {before.kind}: it {_anew(previous, name, metric)}"
        yield _FROM_THERE
    elif before.streak != metric.streak:
        yield f"it counts {metric.streak} now, no longer {before.streak}: each run, and the longest, begin anew at 0"
        yield _FROM_THERE
    else:
        yield "its counter goes on from where it stands; what was counted is not counted again"


_FROM_THERE = (
    "of its milestones, those that were reached stay so; one with `every N` comes again at the first multiple of N "
    "above the new number"
)


def _starts(previous: RulesVersion | None, name: str, metric: Metric) -> str:
    if previous is None:
        return "counted from the oldest event that is still in the topic, starting at 0"
    if f"{name}/{metric.kind}" not in previous.adoption.metrics:
        return "counted from now on, starting at 0"
    return "counted again from where it stood; what happened in between is missing"


def _anew(previous: RulesVersion | None, name: str, metric: Metric) -> str:
    known = previous is not None and f"{name}/{metric.kind}" in previous.adoption.metrics
    return "goes on from where it stood when it last was one" if known else "starts anew at 0"


def _milestones(previous: RulesVersion | None, document: Document) -> Iterable[Change]:
    old = {each.id: each for each in expand(previous.document)} if previous else {}
    new = {each.id: each for each in expand(document)}
    lost = {when(each): each.id for each in old.values() if each.id not in new}
    adopted = previous.adoption.milestones if previous else {}
    for milestone in new.values():
        before = old.get(milestone.id)
        if before is None:
            remarks = []
            renamed = lost.get(when(milestone))
            if renamed is not None:
                remarks.append(
                    f"looks renamed from {renamed}: a new id is a new milestone, and contacts past it will not be "
                    "celebrated; keep the old id if it is the same"
                )
            if milestone.id in adopted:
                remarks.append(
                    "it was in the rules before: who reached it then stays so, and what was passed meanwhile is not "
                    "celebrated"
                )
            yield Change("milestone", milestone.id, Kind.ADDED, _described(milestone), remarks=tuple(remarks))
        elif fields := differing(_entry(before), _entry(milestone)):
            first = adopted[milestone.id].first_applied_ms is None
            remarks = list(_consequences(before, milestone, first=first))
            yield Change("milestone", milestone.id, Kind.CHANGED, "", fields, tuple(remarks))
    for gone in old.values():
        if gone.id not in new:
            yield Change("milestone", gone.id, Kind.REMOVED, _described(gone), remarks=(_REACHED,))


def _consequences(before: Milestone, after: Milestone, *, first: bool) -> Iterable[str]:
    if when(before) != when(after):
        yield from edit_words(before, after)
    status = after.entry.status
    if status != before.entry.status:
        if status == "active":
            yield "active for the first time" if first else _BACK
        else:
            yield _STATUS[status]


def _rest(before: Document, after: Document) -> Iterable[Change]:
    """The product, its cap, quiet hours, tiers and so on."""
    old, new = (
        each.model_dump(by_alias=True, exclude={"metrics", "milestones", "version"}) for each in (before, after)
    )
    for key in new:
        if fields := differing({key: old[key]}, {key: new[key]}):
            kind = Kind.ADDED if old[key] == NONE else Kind.REMOVED if new[key] == NONE else Kind.CHANGED
            yield Change("setting", key, kind, "", fields)


def _entry(milestone: Milestone) -> dict[str, Any]:
    """What the file says of one milestone; of a ladder only its own rung."""
    plain = milestone.entry.model_dump(by_alias=True, exclude={"id", "when"})
    return {"when": when(milestone), **plain}


def _plain(metric: Metric) -> dict[str, Any]:
    return {"counts": f"{metric.kind} of {metric.amount}", **metric.model_dump(by_alias=True, exclude={*_KINDS})}


_KINDS = ("count", "sum", "highest", "distinct", "streak")


def _summary(metric: Metric) -> str:
    filtered = ", filtered" if metric.where else ""
    return f"{metric.kind} of {metric.amount}, from {', '.join(metric.from_)}{filtered}"


def _described(milestone: Milestone) -> str:
    entry = milestone.entry
    return f"{when(milestone)}, {entry.tier}" + ("" if entry.status == "active" else f", {entry.status}")
