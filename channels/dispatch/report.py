"""What the outcome of a request says of the provider, told to its breaker and, when it matters, to the log."""

from __future__ import annotations

import structlog

from channels.dispatch.lane import Lane
from channels.dispatch.outcome import Outcome, RetryLater, Unavailable, Unsendable
from schemas.channel import Channel

log = structlog.get_logger(__name__)


def report(lane: Lane, round_: int, outcome: Outcome, now: float, channel: Channel) -> None:
    """Tell the breaker of `lane` what became of a message that it let through in `round_`.

    Whoever refuses a message has done its work. Silence after a request (`unknown`) and faults of ours say nothing.
    """
    match outcome:
        case Unavailable():
            paused = lane.breaker.failed(round_, now, ours=outcome.ours, after=outcome.after)
            if paused and outcome.ours:
                log.error(
                    "provider_refuses_us",
                    provider=lane.provider,
                    code=outcome.code,
                    fix=f"mend credentials and settings of [{channel}], then start again; nothing is lost, for "
                    "deliveries go back to the planner meanwhile",
                )
            if paused:
                log.warning("provider_paused", provider=lane.provider, code=outcome.code)
        case Unsendable() | RetryLater(unknown=True):
            lane.breaker.said_nothing(round_)
        case _:
            if lane.breaker.answered(round_):
                log.info("provider_resumed", provider=lane.provider)
