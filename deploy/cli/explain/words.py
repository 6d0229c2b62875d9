"""What became of a channel, as one or more lines. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from deploy.cli.explain.celebration import OnChannel, State
from deploy.cli.explain.clock import Clock
from deploy.cli.explain.reasons import outcome_of, why_not
from deploy.cli.explain.wait_words import lines_of_wait
from deploy.cli.text import counted, moment
from schemas.channel import Channel
from schemas.decision import Decision
from schemas.moment import parse_rfc3339
from schemas.receipt import Receipt

STATES: Mapping[State, str] = MappingProxyType(
    {
        "no": "no",
        "sent": "sent",
        "on_its_way": "on its way",
        "failed": "not sent",
        "later": "later",
        "unread": "not decided",
        "forgotten": "forgotten",
    }
)


def lines_of(channel: OnChannel, clock: Clock) -> list[str]:
    """Return what is said of a channel behind its state: the reason, each wait, or each attempt."""
    if channel.wait is not None:
        return lines_of_wait(channel.wait, clock)
    decision = channel.decision
    if decision is None:
        if channel.state == "forgotten":
            return ["it was decided so long ago that the decision is no longer kept"]
        return ["the planner has not read it yet; is `cairn run planner` running?"]
    if decision.because is not None:
        return [f"{_no(decision, channel.other, clock)} ({moment(parse_rfc3339(decision.decided_at))})"]
    lines = [f"a line in the message of {channel.other}"] if channel.other is not None else []
    if channel.attempts or channel.left_out:
        return [*lines, *_attempts(channel, clock), *_left_out(channel)]
    return [*lines, _handed_out(channel.channel, parse_rfc3339(decision.decided_at), clock)]


def _no(decision: Decision, other: str | None, clock: Clock) -> str:
    """The sentence of a no, with what the decision and the planner's settings know beside it."""
    assert decision.because is not None  # noqa: S101 - asked of a no alone
    said = why_not(decision.because, decision.detail)
    if decision.because == "absorbed":
        return f"{other} was sent on this channel instead" if other else f"{said}; see there what became of that"
    if decision.because == "contact_unknown":
        return f"{said} ({length(clock.timing.grace_ms)}, planner.grace)"
    if decision.because == "over_cap" and decision.until is not None:
        until = clock.local(parse_rfc3339(decision.until))
        return f"{said}, until {until}; the rest is dropped, or would not be fresh then"
    return f"{said}, and the rest is dropped" if decision.because == "over_cap" else said


def _handed_out(channel: Channel, decided_ms: int, clock: Clock) -> str:
    at = moment(decided_ms)
    if clock.now_ms - decided_ms <= clock.timing.lease_ms:
        return f"handed to its dispatcher at {at}; no receipt yet"
    return (
        f"handed to its dispatcher at {at}, and nothing was heard; is `cairn run {channel.replace('_', '-')}` running?"
    )


def _attempts(channel: OnChannel, clock: Clock) -> list[str]:
    receipts = channel.attempts
    places = _places(channel)
    last = {each.delivery_id: each for each in receipts}
    return [
        (f"place {places.index(each.delivery_id) + 1}, " if len(places) > 1 else "")
        + _attempt(each)
        + (_next_attempt(each, channel, clock) if each is last[each.delivery_id] else "")
        for each in receipts
    ]


def _left_out(channel: OnChannel) -> list[str]:
    places = _places(channel)
    return [
        (f"place {places.index(place) + 1}, " if len(places) > 1 else "")
        + f"left out of attempt {attempt}: by then it might not be told any more (stale, retired, not for this contact "
        "or not on this channel)"
        for place, attempt in channel.left_out.items()
    ]


def _places(channel: OnChannel) -> list[str]:
    """The deliveries, in the order in which their places are numbered."""
    return list(dict.fromkeys([*(each.delivery_id for each in channel.attempts), *channel.left_out]))


def _attempt(receipt: Receipt) -> str:
    if receipt.outcome == "expired":  # its code is the planner's reason, and no provider was asked
        return f"given up before attempt {receipt.attempt}: {outcome_of('expired', _reason(receipt))} ({receipt.at})"
    answer = ", ".join(each for each in (receipt.code, receipt.provider) if each)
    said = f"attempt {receipt.attempt}: {outcome_of(receipt.outcome, receipt.detail)}"
    return said + (f" ({answer}, {receipt.at})" if answer else f" ({receipt.at})")


def _reason(receipt: Receipt) -> str | None:
    return receipt.detail or receipt.code


def _next_attempt(receipt: Receipt, channel: OnChannel, clock: Clock) -> str:
    """When the last attempt at a place is followed by another: the planner's own time where it has one."""
    if receipt.until is None or receipt.delivery_id in channel.left_out:
        return ""
    again_ms = channel.again.get(receipt.delivery_id)
    return f"; asked again at {clock.local(parse_rfc3339(receipt.until) if again_ms is None else again_ms)}"


def length(ms: int) -> str:
    """Return a length of time as people say it: `6 s`, `15 minutes`, `1.5 s`."""
    if ms and ms % 60_000 == 0:
        return counted(ms // 60_000, "minute")
    return f"{ms / 1000:g} s"
