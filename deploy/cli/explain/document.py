"""An explanation as JSON."""

from __future__ import annotations

from typing import Any

from deploy.cli.contact_progress import exact, metric_document
from deploy.cli.explain.celebration import Celebration, OnChannel
from deploy.cli.explain.clock import Clock
from deploy.cli.explain.explanation import Explanation
from deploy.cli.explain.waits import Ending, Wait
from deploy.cli.explain.words import lines_of
from deploy.cli.text import moment
from schemas.milestone_nudge import MilestoneNudge
from schemas.receipt import Receipt


def document_of(explanation: Explanation) -> dict[str, Any]:
    """Return all of it; addresses are masked, moments are RFC 3339 in UTC but for `until_local`."""
    facts = explanation.facts
    return {
        "contact_id": facts.contact_id,
        "partition": facts.tracker.partition,
        "rules_version": facts.rules.version if facts.rules is not None else None,
        **({"erased_at": moment(facts.erased_ms)} if facts.erased_ms else {}),
        **explanation.about,
        "metrics": [metric_document(each) for each in explanation.metrics],
        "events": [
            {
                "event": each.name,
                "records": each.records,
                "repeated": each.repeated,
                "backfill": each.backfill,
                "last_at": moment(each.at_ms),
                "passed": each.passed,
                "covered": each.covered,
            }
            for each in facts.events
        ],
        "profile": _profile(explanation),
        "changes": [
            {"at": moment(each.at_ms), "change": each.change, "channel": each.channel, "reason": each.reason}
            for each in explanation.changes
        ],
        "celebrations": [_celebration(each, explanation.clock) for each in explanation.celebrations],
        "misplaced": [
            {"topic": each.topic, "partition": each.partition, "records": each.records, "last_offset": each.offset}
            for each in facts.misplaced
        ],
        "dead_letters": [{"topic": each.topic, "by_code": each.by_code} for each in facts.letters],
    }


def _profile(explanation: Explanation) -> dict[str, Any] | None:
    profile = explanation.facts.planner.profile
    if profile is None:
        return None
    return {
        "time_zone": profile.time_zone,
        "locale": profile.locale,
        "channels": [
            {
                "channel": each.channel,
                "consent": each.consent,
                "reaches": each.targets,
                "because": each.because,
                "why_not": each.why_not or None,
            }
            for each in explanation.channels
        ],
    }


def _celebration(each: Celebration, clock: Clock) -> dict[str, Any]:
    return {
        "subject": each.subject,
        "id": each.id,
        "milestone": each.milestone,
        "occurrence": each.occurrence,
        "kind": each.record.kind if isinstance(each.record, MilestoneNudge) else None,
        "occurred_at": each.record.occurred_at if each.record is not None else None,
        "value": exact(each.record.value) if each.record is not None else None,
        "channels": [document_of_channel(channel, clock) for channel in each.channels],
    }


def document_of_channel(on: OnChannel, clock: Clock) -> dict[str, Any]:
    """Return what is known of one channel of a celebration."""
    decision, wait = on.decision, on.wait
    return {
        "channel": on.channel,
        "state": on.state,
        "says": lines_of(on, clock),
        "because": decision.because if decision is not None else None,
        "detail": decision.detail if decision is not None else None,
        "decided_at": decision.decided_at if decision is not None else None,
        "absorbed_by": decision.absorbed_by if decision is not None else None,
        "bundled_with": decision.bundled_with if decision is not None else None,
        **_wait(wait, clock),
        "left_out": [{"delivery_id": place, "attempt": attempt} for place, attempt in on.left_out.items()],
        "attempts": [_attempt(each, on.again.get(each.delivery_id)) for each in on.attempts],
    }


def _wait(wait: Wait | None, clock: Clock) -> dict[str, Any]:
    """What it waits for, and `then`: the decision, or the next thing that it waits for."""
    until_ms = wait.until_ms if wait is not None else None
    return {
        "waits_for": wait.cause if wait is not None else None,
        "behind": wait.behind.id if wait is not None and wait.behind is not None else None,
        "until": moment(until_ms) if until_ms is not None else None,
        "until_local": clock.local_iso(until_ms) if until_ms is not None else None,
        "then": _then(wait.then, clock) if wait is not None else None,
    }


def _then(then: Ending | Wait | None, clock: Clock) -> dict[str, Any] | None:
    if not isinstance(then, Ending):
        return _wait(then, clock) if then is not None else None
    other = then.other.id if then.other is not None else None
    return {
        "send": then.because is None,
        "because": then.because,
        "detail": then.detail,
        "absorbed_by": other if then.because == "absorbed" else None,
        "bundled_with": other if then.because is None else None,
    }


def _attempt(each: Receipt, again_ms: int | None) -> dict[str, Any]:
    return {
        "delivery_id": each.delivery_id,
        "attempt": each.attempt,
        "outcome": each.outcome,
        "code": each.code,
        "detail": each.detail,
        "provider": each.provider,
        "tries": each.tries,
        "at": each.at,
        "until": each.until,
        "again_at": moment(again_ms) if again_ms is not None else None,
    }
