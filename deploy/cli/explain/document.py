"""An explanation as JSON."""

from __future__ import annotations

from typing import Any

from deploy.cli.contact_progress import exact, metric_document
from deploy.cli.explain.celebration import Celebration, OnChannel
from deploy.cli.explain.explanation import Explanation
from deploy.cli.explain.words import Clock, lines_of
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
            }
            for each in facts.events
        ],
        "profile": _profile(explanation),
        "changes": [
            {"at": moment(each.at_ms), "change": each.change, "channel": each.channel, "reason": each.reason}
            for each in explanation.changes
        ],
        "celebrations": [_celebration(each, explanation.clock) for each in explanation.celebrations],
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
        "channels": [_channel(channel, clock) for channel in each.channels],
    }


def _channel(on: OnChannel, clock: Clock) -> dict[str, Any]:
    decision, wait = on.decision, on.wait
    return {
        "channel": on.channel,
        "state": on.state,
        "says": lines_of(on, clock),
        "because": decision.because if decision is not None else None,
        "detail": decision.detail if decision is not None else None,
        "decided_at": decision.decided_at if decision is not None else None,
        "waits_for": wait.cause if wait is not None else None,
        "until": moment(wait.until_ms) if wait is not None and wait.until_ms is not None else None,
        "until_local": clock.local_iso(wait.until_ms) if wait is not None and wait.until_ms is not None else None,
        "attempts": [_attempt(each) for each in on.attempts],
    }


def _attempt(each: Receipt) -> dict[str, Any]:
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
    }
