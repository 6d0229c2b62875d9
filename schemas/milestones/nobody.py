"""Rules of the file: whatever is active can reach somebody. What could reach nobody is silent, and looks sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from schemas.milestones.condition import Anniversary, Every, Reaches
from schemas.milestones.document import TIER_NAMES, Tiers
from schemas.milestones.draft import Draft, DraftEntry
from schemas.milestones.expand import expand_entry
from schemas.milestones.hours import Hours, Window
from schemas.milestones.match import Match, Scalar
from schemas.milestones.metric import DISTINCT_BOUND, WHOLE_KINDS, Kind, Metric
from schemas.milestones.mistakes import shown
from schemas.milestones.number import Number
from schemas.milestones.problem import Mistake, Path

METRICS_PREFIX = "metrics."
"""What the name of a metric begins with, where an audience looks at it."""


def open_windows(draft: Draft) -> Iterator[Mistake]:
    """Some minute of a send window lies outside the quiet hours."""
    if draft.quiet_hours is None:
        return
    tiers = draft.tiers or Tiers()
    for name in TIER_NAMES:
        yield from _closed(("tiers", name, "send_window"), tiers.of(name).send_window, draft, draft.quiet_hours)
    for item in draft.entries:
        at: Path = ("milestones", item.index, "send_window")
        yield from _closed(at, item.entry.send_window, draft, draft.quiet_hours)


def _closed(at: Path, window: Window | None, draft: Draft, quiet: Hours) -> Iterator[Mistake]:
    if window is not None and window.hours.minutes() <= quiet.minutes():
        which = f"the quiet hours {quiet}" + ("" if draft.says_quiet_hours else ", which hold by default")
        cure = "move one of the two" if draft.says_quiet_hours else "move it, or write quiet_hours: and others, or none"
        yield Mistake(at, f"this window lies inside {which}: nothing could ever be sent", cure)


def fresh_when_open(draft: Draft) -> Iterator[Mistake]:
    """What happens at midnight, as anniversaries do, is still fresh when the first message of a day may go out."""
    tiers = draft.tiers or Tiers()
    for item in draft.entries:
        entry, tier = item.entry, tiers.of(item.entry.tier)
        fresh = entry.max_staleness or tier.max_staleness
        known = item.knows("when", "tier", "send_window", "max_staleness") and entry.status == "active"
        if not known or not isinstance(entry.when, Anniversary) or fresh is None:
            continue
        window = entry.send_window or tier.send_window
        quiet = draft.quiet_hours.minutes() if draft.quiet_hours else frozenset()
        first = min((window.hours.minutes() if window else frozenset(range(1440))) - quiet, default=None)
        if first is not None and first * 60 > fresh.seconds:
            yield Mistake(
                ("milestones", item.index, "max_staleness") if entry.max_staleness else ("milestones", item.index),
                f"'{entry.id}' comes at midnight, may be told from {first // 60:02}:{first % 60:02} on, and is stale "
                f"after {fresh}: it could reach nobody",
                "let it be fresh for a day",
            )


def somebody_to_message(draft: Draft) -> Iterator[Mistake]:
    """Not everybody is held out of what is active."""
    cure = "write a smaller share, or status: draft as long as nobody is to hear of it"
    whole_file = draft.holdout is not None and draft.holdout.is_everybody
    heirs = False
    for item in draft.entries:
        if item.entry.status != "active" or not item.knows("holdout"):
            continue
        heirs |= item.entry.holdout is None
        if item.entry.holdout is not None and item.entry.holdout.is_everybody:
            message = f"everybody is held out of '{item.entry.id}': it could reach nobody"
            yield Mistake(("milestones", item.index, "holdout"), message, cure)
    if whole_file and heirs:
        yield Mistake(("holdout",), "everybody is held out: no milestone could reach anybody", "write a smaller share")


def possible_audiences(draft: Draft) -> Iterator[Mistake]:
    """What an audience asks of a metric can be, and of a milestone's own metric also when it is reached."""
    counted_towards = {item.entry.when.metric for item in draft.entries if isinstance(item.entry.when, Reaches | Every)}
    for item in draft.entries:
        for at, audience in audiences_of(item):
            for attribute, match in audience.items():
                name = attribute.removeprefix(METRICS_PREFIX)
                metric = draft.metrics.get(name)
                if name == attribute or metric is None:
                    continue
                impossible = [*_impossible(metric, name, match)]
                yield from (Mistake((*at, attribute), message, cure) for message, cure in impossible)
                if not impossible and name not in counted_towards and not _takes(match, None):
                    message = f"no milestone is reached on '{name}', so its number is not known: this fits nobody"
                    yield Mistake((*at, attribute), message, "look at an attribute of the profile instead")
        if item.entry.status == "active" and item.knows("when", "audience"):
            yield from _when_reached(item)


def audiences_of(item: DraftEntry) -> Iterator[tuple[Path, Mapping[str, Match]]]:
    """Yield every audience of an entry, its own first, with its place."""
    at: Path = ("milestones", item.index)
    yield (*at, "audience"), item.entry.audience
    if item.entry.call_to_action is not None:
        for index, variant in enumerate(item.entry.call_to_action.variants):
            yield (*at, "call_to_action", "variants", index, "audience"), variant.audience


def _impossible(metric: Metric, name: str, match: Match) -> Iterator[tuple[str, str]]:
    """What is asked of a metric that its number never is, each with its cure; null is "not known yet"."""
    for value in match.values:
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            yield f"'{name}' is a number and never {shown(value)}", "write a number, without quotes"
        elif metric.kind in WHOLE_KINDS and not isinstance(value, int):
            yield f"'{name}' counts in whole numbers and never is {value}", f"write {int(value) + 1}"
        elif metric.kind in WHOLE_KINDS and value < 0:
            yield f"'{name}' counts from 0 and never is {value}", "write a number above 0"
        elif metric.kind == Kind.DISTINCT and value > DISTINCT_BOUND:
            yield f"distinct values are counted up to {DISTINCT_BOUND}, and this is {value}", "write a smaller number"


def _when_reached(item: DraftEntry) -> Iterator[Mistake]:
    """Whoever reaches a milestone has at least its threshold, and is looked at then."""
    for milestone in expand_entry(item.entry, item.index):
        least = milestone.threshold or milestone.every
        attribute = f"{METRICS_PREFIX}{milestone.metric}"
        match = item.entry.audience.get(attribute)
        if (
            least is None
            or match is None
            or match.negated
            or any(_fits_or_told(least, value) for value in match.values)
        ):
            continue
        yield Mistake(
            ("milestones", item.index, "audience", attribute),
            f"who reaches '{milestone.id}' has {least:,} or more of '{milestone.metric}': this fits nobody then",
            "ask for numbers from the threshold on, or leave it out",
        )


def _fits_or_told(least: Number, value: Scalar) -> bool:
    """Whether a number from `least` on can be the value, or the value is no number, which is told already."""
    return value is not None and (isinstance(value, str | bool) or value >= least)


def _takes(match: Match, value: Scalar) -> bool:
    """Whether a value fits; null is what is not there."""
    return (value in match.values) is not match.negated
