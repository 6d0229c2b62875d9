"""The facts put together: counters, consent, celebrations with what became of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.cli.contact_progress import Metric, about_of, metrics_of
from deploy.cli.explain.celebration import Celebration, celebrations_of
from deploy.cli.explain.clock import Clock
from deploy.cli.explain.facts import Facts
from deploy.cli.explain.standing_words import Reachable, reachable
from deploy.cli.explain.waits import Wait, waits_of
from schemas.contact_change import ContactChange
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from schemas.moment import parse_rfc3339
from schemas.time_zone import zone_or
from stream.core.celebration.manner import Manners
from stream.core.celebration.timing import Timing


@dataclass(frozen=True)
class Explanation:
    """All that is to be said. `channels` is empty without a profile; lists are oldest first."""

    facts: Facts
    clock: Clock
    metrics: list[Metric]
    about: dict[str, str]
    channels: list[Reachable]
    changes: list[ContactChange]
    celebrations: list[Celebration]


def explain(facts: Facts, now_ms: int, kept_ms: int, timing: Timing | None = None) -> Explanation:
    """Put the facts together, as of `now_ms`; decisions are kept for `kept_ms`, -1 for ever.

    `timing` is the planner's, as its settings have it; None: as they are by default. What came before the last
    erasure is left out.
    """
    row, adoption, person = facts.tracker.row, facts.tracker.adoption, facts.planner.row
    metrics = metrics_of(row, adoption, facts.counted_by) if row is not None and adoption is not None else []
    profile = facts.planner.profile
    since_ms = facts.erased_ms
    records: list[MilestoneCrossed | MilestoneNudge] = [*facts.tracker.crossings, *facts.nudges]
    return Explanation(
        facts=facts,
        clock=Clock(now_ms, _zone(facts), timing or Timing()),
        metrics=metrics,
        about=about_of(row) if row is not None else {},
        channels=reachable(profile, person.standing) if profile is not None else [],
        changes=sorted((each for each in facts.changes if each.at_ms >= since_ms), key=lambda each: each.at_ms),
        celebrations=celebrations_of(
            [each for each in records if parse_rfc3339(each.detected_at) >= since_ms],
            [each for each in facts.decisions if parse_rfc3339(each.decided_at) >= since_ms],
            facts.receipts,
            _waits(facts, now_ms, timing),
            now_ms,
            kept_ms,
            person.out,
            facts.handed_out,
        ),
    )


def _waits(facts: Facts, now_ms: int, timing: Timing | None) -> dict[str, list[Wait]]:
    planner, rules = facts.planner, facts.rules
    manners = Manners(rules.document, version=rules.version, timing=timing) if rules is not None else None
    return waits_of(manners, planner.subjects, planner.profile, planner.row, now_ms, facts.tracker.crossings)


def _zone(facts: Facts) -> str:
    """The clock that the planner goes by: the contact's, or else the product's."""
    product = facts.rules.document.product.time_zone if facts.rules is not None else "UTC"
    return zone_or(facts.planner.profile.time_zone if facts.planner.profile is not None else None, product)
