"""How long a delivery is tried in place, and what follows an outcome. Pure: time and chance are arguments.

The planner hands out a delivery as a lease that ends at `send_by`. What cannot be sent within `retry_in_place` goes
back to it with a receipt `deferred`: it holds what waits long, and asks consent again before the next attempt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable, Unsendable
from schemas.contact_change import Change
from schemas.receipt import Outcome as Ended
from stream.runtime.backoff import doubled, half_sure

Random = Callable[[], float]
"""A number in [0, 1)."""

FIRST_RETRY = 0.5
"""Seconds, most before the first retry; each next one may take twice as long ..."""
LONGEST_RETRY = 10.0
"""... up to these. 0.5 + 1 + 2 + 4 + 8 s fit the 30 s of `retry_in_place`: some six requests."""
FIRST_RETURN = 60.0
"""Seconds, most before the planner's second attempt (the setting `defer`); each next one may take twice as long ..."""
LONGEST_RETURN = 3600.0
"""... up to these."""


class Again(NamedTuple):
    """Try it in place again at `at`."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The delivery is finished here. `until`: seconds from now, of a deferred one; `of_place` as in `Rejected`."""

    outcome: Ended
    code: str = ""
    detail: str = ""
    provider_id: str | None = None
    until: float | None = None
    of_place: bool = False


@dataclass(slots=True)
class Lease:
    """One delivery in place; times are seconds of a steady clock. `attempt` is the planner's count, from 1."""

    attempt: int
    taken_at: float
    send_by: float
    tried_at: float | None = None
    """When its first request began."""
    tries: int = 0
    last: RetryLater | Unavailable | None = None
    """What its last request brought."""
    first_return: float = FIRST_RETURN
    """Seconds, most before the planner's second attempt."""

    def is_over(self, now: float, retry_in_place: float, paused_since: float) -> bool:
        """Whether it has waited as long as it may; `paused_since`: when its provider's breaker opened, inf if closed.

        One that was never tried and only waits for its turn may wait until `send_by`.
        """
        if now >= self.send_by:
            return True
        since = self.tried_at
        if since is None:  # thousands wait, and are looked at each 1/4 s: `max` would take as long as all the rest
            since = paused_since if paused_since > self.taken_at else self.taken_at
        return now >= since + retry_in_place

    def after(
        self,
        outcome: Outcome,
        now: float,
        *,
        retry_in_place: float,
        after_unknown: Literal["resend", "drop"],
        random: Random,
    ) -> Again | Ending:
        """What follows a request that ended at `now`; `tried_at` and `tries` count it already."""
        match outcome:
            case Delivered():
                return Ending(outcome="sent", code=outcome.code, provider_id=outcome.provider_id)
            case Rejected():
                return Ending(outcome="rejected", code=outcome.code, detail=outcome.detail, of_place=outcome.of_place)
            case Gone():
                return Ending(outcome="gone", code=outcome.code, detail=outcome.detail)
            case Unsendable():
                return Ending(outcome="dead_lettered", code=outcome.code, detail=outcome.detail)
        self.last = outcome
        if outcome.unknown and after_unknown == "drop":
            return Ending(outcome="unknown", code=outcome.code, detail=outcome.detail)
        longest = doubled(FIRST_RETRY, self.tries, LONGEST_RETRY)
        at = now + max(longest * random(), outcome.after or 0.0)
        first = self.tried_at if self.tried_at is not None else now
        if at < min(self.send_by, first + retry_in_place):
            return Again(at)
        return self.given_back(random, at_least=outcome.after or 0.0)

    def given_back(self, random: Random, *, at_least: float = 0.0) -> Ending:
        """Return it to the planner, not before `at_least` seconds: half of the step is sure, the rest is chance."""
        step = doubled(self.first_return, self.attempt, LONGEST_RETURN)
        code, detail = (self.last.code, self.last.detail) if self.last else (PAUSED, "the provider is left alone")
        until = max(half_sure(step, random()), at_least)
        return Ending(outcome="deferred", code=code, detail=detail, until=until)

    def expired(self, skew: float | None = None) -> Ending:
        """Return it at once: it was not tried at all, so nothing speaks against another attempt now.

        `skew`: the seconds by which this clock is ahead of the planner's, where that is why.
        """
        if skew:
            detail = f"send_by had passed when it came: this clock is {skew:.0f} s ahead of the planner's"
            return Ending(outcome="deferred", code=SKEWED, detail=detail, until=0.0)
        return Ending(outcome="deferred", code=EXPIRED, detail="send_by had passed before its turn", until=0.0)

    def unseen(self, random: Random) -> Ending:
        """Return it: contact-changes cannot be read, and somebody may have said no there."""
        until = half_sure(doubled(self.first_return, self.attempt, LONGEST_RETURN), random())
        detail = "contact-changes cannot be read, so nobody knows whether the contact still wants it"
        return Ending(outcome="deferred", code=UNSEEN, detail=detail, until=until)

    def uncovered(self) -> Ending:
        """Return it at once, for the planner knows all changes: not all since its release are remembered here."""
        detail = "released before what is remembered of contact-changes here: the planner asks consent again"
        return Ending(outcome="deferred", code=UNSEEN, detail=detail, until=0.0)


def suppressed(change: Change) -> Ending:
    """Drop it at the door: since its release the contact has said no, or its place was found dead."""
    return Ending(outcome="suppressed", code=change, detail=f"{change} on contact-changes since its release")


PAUSED = "provider_paused"
EXPIRED = "lease_expired"
SKEWED = "clock_skew"
UNSEEN = "changes_unseen"
"""Our own codes of receipts: nobody was asked."""
