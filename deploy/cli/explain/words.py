"""What became of a channel, as one or more lines; moments by the contact's own clock. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from deploy.cli.explain.celebration import OnChannel, State
from deploy.cli.explain.reasons import WHY_NOT, outcome_of, why_not
from deploy.cli.explain.waits import Wait
from deploy.cli.text import moment
from schemas.channel import Channel
from schemas.moment import parse_rfc3339
from schemas.receipt import Receipt
from stream.core.zones import is_known

LATE_MS = 60_000
"""A planner that runs looks within a second, one that is started again within half a minute."""
_LEASE_MS = 5 * 60_000
"""Of a delivery, from its release to `send_by`: after it there is a receipt, or nobody carries it out."""

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


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment of asking (epoch ms), and the contact's zone; a zone that this machine does not know is UTC."""

    now_ms: int
    zone: str

    def local(self, at_ms: int) -> str:
        """A moment by the contact's clock, for people."""
        return f"{self._at(at_ms):%Y-%m-%d %H:%M:%S} {self.zone if is_known(self.zone) else 'UTC'}"

    def local_iso(self, at_ms: int) -> str:
        """A moment by the contact's clock, RFC 3339 with its offset."""
        return self._at(at_ms).isoformat(timespec="milliseconds")

    def _at(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(self.zone) if is_known(self.zone) else UTC)


def lines_of(channel: OnChannel, clock: Clock) -> list[str]:
    """Return what is said of a channel behind its state: the reason, the wait, or each attempt."""
    if channel.wait is not None:
        return [wait_of(channel.wait, clock)]
    decision = channel.decision
    if decision is None:
        if channel.state == "forgotten":
            return ["it was decided more than 90 days ago, and the decision is no longer kept"]
        return ["the planner has not read it yet; is `cairn run planner` running?"]
    if decision.because is not None:
        return [f"{why_not(decision.because, decision.detail)} ({moment(parse_rfc3339(decision.decided_at))})"]
    if channel.attempts:
        return _attempts(channel.attempts, clock)
    return [_handed_out(channel.channel, parse_rfc3339(decision.decided_at), clock)]


def wait_of(wait: Wait, clock: Clock) -> str:
    """Return what a channel waits for."""
    if wait.until_ms is None:
        return "it cannot be weighed: no milestones are in force, or this release cannot read what waits"
    at = clock.local(wait.until_ms)
    match wait.cause:
        case "profile":
            return f"there is no profile of the contact yet; one is waited for until {at}"
        case "consent" | "unreachable":
            return f"{WHY_NOT[wait.cause]}; that may still come until {at}"
        case "cap":
            return f"the contact had as many messages as the cap allows; this one goes at {at}"
        case "hours":
            return f"it is outside the hours in which it may be sent; it goes at {at}"
        case _:
            return _next_look(wait, wait.until_ms, at, clock)


def _next_look(wait: Wait, due_ms: int, at: str, clock: Clock) -> str:
    late = clock.now_ms - due_ms > LATE_MS
    if late:
        said = f"it is due since {at}, and no planner has looked; is `cairn run planner` running?"
    else:
        said = f"the planner looks at {at}" if due_ms > clock.now_ms else "it is due: the planner's next look decides"
    if wait.leads_to is None:
        return said
    return f"{said} By what is known now the answer is no: {why_not(wait.leads_to, wait.detail)}"


def _handed_out(channel: Channel, decided_ms: int, clock: Clock) -> str:
    at = moment(decided_ms)
    if clock.now_ms - decided_ms <= _LEASE_MS:
        return f"handed to its dispatcher at {at}; no receipt yet"
    return (
        f"handed to its dispatcher at {at}, and nothing was heard; is `cairn run {channel.replace('_', '-')}` running?"
    )


def _attempts(receipts: tuple[Receipt, ...], clock: Clock) -> list[str]:
    places = list(dict.fromkeys(each.delivery_id for each in receipts))
    last = {each.delivery_id: each for each in receipts}
    return [
        (f"place {places.index(each.delivery_id) + 1}, " if len(places) > 1 else "")
        + _attempt(each, clock, is_last=each is last[each.delivery_id])
        for each in receipts
    ]


def _attempt(receipt: Receipt, clock: Clock, *, is_last: bool) -> str:
    answer = ", ".join(each for each in (receipt.code, receipt.provider) if each)
    said = f"attempt {receipt.attempt}: {outcome_of(receipt.outcome, receipt.detail)}"
    said += f" ({answer}, {receipt.at})" if answer else f" ({receipt.at})"
    if receipt.until is not None and is_last:
        said += f"; asked again at {clock.local(parse_rfc3339(receipt.until))}"
    return said
