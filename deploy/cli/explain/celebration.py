"""A crossing or nudge, and what became of it on each channel. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from deploy.cli.explain.waits import Wait
from schemas.channel import CHANNELS, Channel
from schemas.decision import Decision
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from schemas.moment import parse_rfc3339
from schemas.receipt import FINAL, Receipt

State = Literal["no", "sent", "on_its_way", "failed", "later", "unread", "forgotten"]
"""no: decided against. sent: a provider took it. on_its_way: handed out, and not ended at every place that reported.
failed: ended at all of them, and taken nowhere. later: the planner has it. unread: the planner has not come to it.
forgotten: it was decided so long ago that the decision is no longer kept."""

DECISIONS_KEPT_MS = 90 * 86_400_000
"""As `celebration-decisions` is kept."""


@dataclass(frozen=True, slots=True)
class OnChannel:
    """One channel of a celebration. `attempts` are in the order of places and attempts; `wait` is there if it waits."""

    channel: Channel
    state: State
    decision: Decision | None = None
    attempts: tuple[Receipt, ...] = ()
    wait: Wait | None = None


@dataclass(frozen=True, slots=True)
class Celebration:
    """`record` is None for one whose crossing or nudge is no longer kept: then only its decisions tell of it."""

    subject: Literal["crossing", "nudge"]
    id: str
    milestone: str
    occurrence: int
    at_ms: int
    """When it happened, epoch ms; without a record when it was first decided."""
    record: MilestoneCrossed | MilestoneNudge | None
    channels: tuple[OnChannel, ...]


def celebrations_of(
    records: Iterable[MilestoneCrossed | MilestoneNudge],
    decisions: Iterable[Decision],
    receipts: Iterable[Receipt],
    waits: Mapping[str, Sequence[Wait]],
    now_ms: int,
) -> list[Celebration]:
    """Return every celebration, oldest first.

    Args:
        records: the contact's crossings and nudges.
        decisions: the contact's decisions.
        receipts: the contact's receipts; one that came twice is taken once.
        waits: by id of a crossing or nudge, what its channels wait for.
        now_ms: the moment, epoch ms.
    """
    decided: dict[str, dict[Channel, Decision]] = {}
    for decision in decisions:
        decided.setdefault(decision.subject_id, {})[decision.channel] = decision
    attempts = _attempts(receipts)
    found = [_of_record(each, decided.pop(each.id, {}), attempts, waits.get(each.id, ()), now_ms) for each in records]
    found += [_of_decisions(name, each, attempts) for name, each in decided.items()]
    return sorted(found, key=lambda each: each.at_ms)


def _attempts(receipts: Iterable[Receipt]) -> dict[str, list[Receipt]]:
    """By decision, each receipt once."""
    last = {each.id: each for each in receipts}
    result: dict[str, list[Receipt]] = {}
    for each in sorted(last.values(), key=lambda each: (each.delivery_id, each.attempt)):
        result.setdefault(each.decision_id, []).append(each)
    return result


def _of_record(
    record: MilestoneCrossed | MilestoneNudge,
    decided: Mapping[Channel, Decision],
    attempts: Mapping[str, list[Receipt]],
    waits: Sequence[Wait],
    now_ms: int,
) -> Celebration:
    at_ms = parse_rfc3339(record.occurred_at)
    waiting = {each.channel: each for each in waits}
    channels = []
    for channel in CHANNELS:
        if channel in decided:
            channels.append(_decided(decided[channel], attempts))
        elif channel in waiting:
            channels.append(OnChannel(channel, "later", wait=waiting[channel]))
        else:
            detected_ms = parse_rfc3339(record.detected_at)
            old = now_ms - detected_ms > DECISIONS_KEPT_MS
            channels.append(OnChannel(channel, "forgotten" if old else "unread"))
    kind: Literal["crossing", "nudge"] = "crossing" if isinstance(record, MilestoneCrossed) else "nudge"
    return Celebration(kind, record.id, record.milestone, record.occurrence, at_ms, record, tuple(channels))


def _of_decisions(name: str, decided: Mapping[Channel, Decision], attempts: Mapping[str, list[Receipt]]) -> Celebration:
    first = min(decided.values(), key=lambda each: each.decided_at)
    channels = tuple(_decided(decided[channel], attempts) for channel in CHANNELS if channel in decided)
    at_ms = parse_rfc3339(first.decided_at)
    return Celebration(first.subject, name, first.milestone, first.occurrence, at_ms, None, channels)


def _decided(decision: Decision, attempts: Mapping[str, list[Receipt]]) -> OnChannel:
    if not decision.send:
        return OnChannel(decision.channel, "no", decision)
    receipts = tuple(attempts.get(decision.id, ()))
    return OnChannel(decision.channel, _state_of(receipts), decision, receipts)


def _state_of(receipts: Sequence[Receipt]) -> State:
    if any(each.outcome == "sent" for each in receipts):
        return "sent"
    ended = list(_ends(receipts))
    return "failed" if ended and all(ended) else "on_its_way"


def _ends(receipts: Sequence[Receipt]) -> Iterator[bool]:
    """Of each place that was reported on, whether its last receipt is final."""
    last = {each.delivery_id: each for each in receipts}
    for each in last.values():
        yield each.outcome in FINAL
