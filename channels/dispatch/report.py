"""What the outcome of a request says of the provider, told to its breaker and, when it matters, to the log."""

from __future__ import annotations

import structlog

from channels.dispatch.lane import Lane
from channels.dispatch.outcome import Outcome, RetryLater, Unavailable, Unsendable
from schemas.channel import Channel

log = structlog.get_logger(__name__)


def report(
    lane: Lane, round_: int, outcome: Outcome, now: float, channel: Channel, contact_id: str, in_flight: int
) -> None:
    """Tell the breaker of `lane` what became of a message that it let through in `round_`.

    `contact_id` is whom it was for; `in_flight` the most that is ever handed over at once.
    Whoever refuses a message has done its work. Silence after a request (`unknown`) and faults of ours say nothing.
    Too many at once (`fewer`) is answered by fewer, not by a pause for all: where even one at
    a time is too many, nothing is taken.
    """
    fewer = isinstance(outcome, RetryLater | Unavailable) and outcome.fewer
    if fewer and lane.width.narrow(lane.sending, now):
        log.warning("provider_wants_fewer", provider=lane.provider, code=outcome.code, at_once=lane.width.most)
    match outcome:
        case RetryLater() | Unavailable() if fewer and not lane.width.is_one:
            lane.breaker.said_nothing(round_)
        case Unavailable():
            paused = lane.breaker.failed(
                round_,
                now,
                ours=outcome.ours,
                after=outcome.after,
                at_once=outcome.at_once,
                doubtful_of=contact_id if outcome.doubtful else None,
            )
            if paused and outcome.ours:
                log.error(
                    "provider_refuses_us",
                    provider=lane.provider,
                    code=outcome.code,
                    detail=outcome.detail,
                    fix=f"mend credentials and settings of [{channel}], then start again; nothing is lost, for "
                    "deliveries go back to the planner meanwhile",
                )
            if paused:
                log.warning("provider_paused", provider=lane.provider, code=outcome.code)
        case Unsendable() | RetryLater(unknown=True):
            lane.breaker.said_nothing(round_)
        case _:
            lane.width.widen(in_flight)
            if lane.breaker.answered(round_):
                log.info("provider_resumed", provider=lane.provider)
