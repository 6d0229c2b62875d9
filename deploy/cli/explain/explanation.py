"""The facts put together: counters, consent, celebrations with what became of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.cli.contact_progress import Metric, about_of, metrics_of
from deploy.cli.explain.celebration import Celebration, celebrations_of
from deploy.cli.explain.facts import Facts
from deploy.cli.explain.standing_words import Reachable, reachable
from deploy.cli.explain.waits import Wait, waits_of
from deploy.cli.explain.words import Clock
from schemas.contact_change import ContactChange
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from schemas.moment import parse_rfc3339
from stream.core.celebration.manner import Manners


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


def explain(facts: Facts, now_ms: int) -> Explanation:
    """Put the facts together, as of `now_ms`. What came before the last erasure is left out."""
    row, adoption, person = facts.tracker.row, facts.tracker.adoption, facts.planner.row
    metrics = metrics_of(row, adoption, facts.counted_by) if row is not None and adoption is not None else []
    profile = facts.planner.profile
    since_ms = facts.erased_ms
    records: list[MilestoneCrossed | MilestoneNudge] = [*facts.tracker.crossings, *facts.nudges]
    return Explanation(
        facts=facts,
        clock=Clock(now_ms, _zone(facts)),
        metrics=metrics,
        about=about_of(row) if row is not None else {},
        channels=reachable(profile, person.standing) if profile is not None else [],
        changes=sorted((each for each in facts.changes if each.at_ms >= since_ms), key=lambda each: each.at_ms),
        celebrations=celebrations_of(
            [each for each in records if parse_rfc3339(each.detected_at) >= since_ms],
            [each for each in facts.decisions if parse_rfc3339(each.decided_at) >= since_ms],
            facts.receipts,
            _waits(facts, now_ms),
            now_ms,
        ),
    )


def _waits(facts: Facts, now_ms: int) -> dict[str, list[Wait]]:
    planner, rules = facts.planner, facts.rules
    manners = Manners(rules.document, version=rules.version) if rules is not None else None
    return {
        waiting.id: waits_of(manners, planner.subjects.get(waiting.id), waiting, planner.profile, planner.row, now_ms)
        for waiting in planner.row.waiting
    }


def _zone(facts: Facts) -> str:
    """The clock that the planner goes by: the contact's, or else the product's."""
    if facts.planner.profile is not None and facts.planner.profile.time_zone:
        return facts.planner.profile.time_zone
    return facts.rules.document.product.time_zone if facts.rules is not None else "UTC"
