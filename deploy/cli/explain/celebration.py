"""A crossing or nudge, and what became of it on each channel. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from deploy.cli.explain.handed_out import HandedOut
from deploy.cli.explain.named import name_of
from deploy.cli.explain.waits import Wait
from schemas.channel import CHANNELS, Channel
from schemas.decision import Decision, decision_id
from schemas.milestone_crossed import MilestoneCrossed
from schemas.milestone_nudge import MilestoneNudge
from schemas.moment import parse_rfc3339
from schemas.receipt import FINAL, Receipt
from schemas.topics import RETENTIONS
from stream.core.celebration.out import Out

if TYPE_CHECKING:
    from stream.runtime.settings import Settings

State = Literal["no", "sent", "on_its_way", "failed", "later", "unread", "forgotten"]
"""no: decided against. sent: a provider took it. on_its_way: handed out, and not ended at every place that reported.
failed: ended at all of them, and taken nowhere. later: the planner has it. unread: the planner has not come to it.
forgotten: it was decided so long ago that the decision is no longer kept."""

DECISIONS_KEPT_MS = RETENTIONS["decisions"].ms
"""How long decisions are kept, where nobody has said otherwise."""


def decisions_kept_ms(settings: Settings) -> int:
    """How long decisions are kept by the settings, in milliseconds; -1 for ever."""
    asked = settings.topics.retention.ms("decisions")
    return DECISIONS_KEPT_MS if asked is None else asked


@dataclass(frozen=True, slots=True)
class OnChannel:
    """One channel of a celebration. `attempts` are in the order of places and attempts; `wait` is there if it waits.

    `other` names what was sent instead of it, or whose message tells it too. `again` says by delivery when the planner
    looks at it again (epoch ms), of those that it knows to have been given back.
    """

    channel: Channel
    state: State
    decision: Decision | None = None
    attempts: tuple[Receipt, ...] = ()
    wait: Wait | None = None
    other: str | None = None
    again: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    """By delivery the last attempt, where that tells it no more: it might not be told by then."""


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

    @property
    def name(self) -> str:
        """What people call it."""
        return name_of(self.milestone, self.occurrence)


def celebrations_of(
    records: Iterable[MilestoneCrossed | MilestoneNudge],
    decisions: Iterable[Decision],
    receipts: Iterable[Receipt],
    waits: Mapping[str, Sequence[Wait]],
    now_ms: int,
    kept_ms: int = DECISIONS_KEPT_MS,
    out: Sequence[Out] = (),
    handed_out: Sequence[HandedOut] = (),
) -> list[Celebration]:
    """Return every celebration, oldest first.

    Args:
        records: the contact's crossings and nudges.
        decisions: the contact's decisions.
        receipts: the contact's receipts; one that came twice is taken once.
        waits: by id of a crossing or nudge, what its channels wait for.
        now_ms: the moment, epoch ms.
        kept_ms: how long decisions are kept, -1 for ever.
        out: the deliveries that the planner has out.
        handed_out: what attempts of deliveries were to tell, oldest first; one that is no longer kept counts as
            telling all of it.
    """
    records, decisions = [*records], [*decisions]
    decided: dict[str, dict[Channel, Decision]] = {}
    for decision in decisions:
        decided.setdefault(decision.subject_id, {})[decision.channel] = decision
    told = _Told(
        _attempts(receipts),
        {each.subject_id: name_of(each.milestone, each.occurrence) for each in decisions}
        | {each.id: name_of(each.milestone, each.occurrence) for each in records},
        {each.id: each.due_ms for each in out if each.is_deferred},
        _by_decision(handed_out),
    )
    oldest_ms = now_ms - kept_ms if kept_ms >= 0 else None
    found = [_of_record(each, decided.pop(each.id, {}), told, waits.get(each.id, ()), oldest_ms) for each in records]
    found += [_of_decisions(name, each, told) for name, each in decided.items()]
    return sorted(found, key=lambda each: each.at_ms)


@dataclass(frozen=True, slots=True)
class _Told:
    """What decisions point to: receipts by decision, names by crossing or nudge, next looks by delivery, and what
    attempts were to tell by decision.
    """

    attempts: Mapping[str, list[Receipt]]
    names: Mapping[str, str]
    again: Mapping[str, int]
    handed_out: Mapping[str, Sequence[HandedOut]]


def _by_decision(handed_out: Sequence[HandedOut]) -> dict[str, list[HandedOut]]:
    found: dict[str, list[HandedOut]] = {}
    for each in handed_out:
        found.setdefault(each.decision_id, []).append(each)
    return found


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
    told: _Told,
    waits: Sequence[Wait],
    oldest_ms: int | None,
) -> Celebration:
    at_ms = parse_rfc3339(record.occurred_at)
    waiting = {each.channel: each for each in waits}
    channels = []
    for channel in CHANNELS:
        if channel in decided:
            channels.append(_decided(decided[channel], told))
        elif channel in waiting:
            channels.append(OnChannel(channel, "later", wait=waiting[channel]))
        else:
            old = oldest_ms is not None and parse_rfc3339(record.detected_at) < oldest_ms
            channels.append(OnChannel(channel, "forgotten" if old else "unread"))
    kind: Literal["crossing", "nudge"] = "crossing" if isinstance(record, MilestoneCrossed) else "nudge"
    return Celebration(kind, record.id, record.milestone, record.occurrence, at_ms, record, tuple(channels))


def _of_decisions(name: str, decided: Mapping[Channel, Decision], told: _Told) -> Celebration:
    first = min(decided.values(), key=lambda each: each.decided_at)
    channels = tuple(_decided(decided[channel], told) for channel in CHANNELS if channel in decided)
    at_ms = parse_rfc3339(first.decided_at)
    return Celebration(first.subject, name, first.milestone, first.occurrence, at_ms, None, channels)


def _decided(decision: Decision, told: _Told) -> OnChannel:
    if not decision.send:
        return OnChannel(decision.channel, "no", decision, other=_other(decision.absorbed_by, told))
    lead = decision.bundled_with
    # What is told in the message of another has no receipt of its own.
    carried_by = decision.id if lead is None else decision_id(lead, decision.channel)
    reached = decision.milestone, decision.occurrence
    tells = {(each.delivery_id, each.attempt): reached in each.tells for each in told.handed_out.get(carried_by, ())}
    last = {each.delivery_id: each.attempt for each in told.handed_out.get(carried_by, ())}
    left_out = {place: attempt for place, attempt in last.items() if not tells[place, attempt]}
    receipts = tuple(
        each
        for each in told.attempts.get(carried_by, ())
        if tells.get((each.delivery_id, each.attempt), each.attempt <= left_out.get(each.delivery_id, each.attempt))
    )
    open_places = {each.delivery_id for each in receipts} - left_out.keys()
    return OnChannel(
        decision.channel,
        _state_of(receipts, left_out),
        decision,
        receipts,
        other=_other(lead, told),
        again={place: told.again[place] for place in open_places if place in told.again},
        left_out=left_out,
    )


def _other(subject_id: str | None, told: _Told) -> str | None:
    """The name of another crossing or nudge; its id where its record is no longer kept."""
    return None if subject_id is None else told.names.get(subject_id, subject_id)


def _state_of(receipts: Sequence[Receipt], left_out: Collection[str]) -> State:
    if any(each.outcome == "sent" for each in receipts):
        return "sent"
    ended = dict.fromkeys(left_out, True)
    for each in receipts:
        ended[each.delivery_id] = each.outcome in FINAL or each.delivery_id in left_out
    return "failed" if ended and all(ended.values()) else "on_its_way"
