"""What waits for one provider. Pure: the time is an argument."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator

from channels.dispatch.breaker import Breaker
from channels.dispatch.job import Job
from channels.dispatch.token_bucket import TokenBucket
from channels.dispatch.watch import Look
from channels.dispatch.width import Width


class Lane:
    """Jobs in their order behind the breaker and the rate of their provider. They hold no place in flight."""

    def __init__(self, provider: str, breaker: Breaker, bucket: TokenBucket) -> None:
        self.provider = provider
        self.breaker = breaker
        self.sending = 0
        """Requests under way."""
        self.width = Width()
        """How many of them at once the provider bears."""
        self._bucket = bucket
        self._waiting: OrderedDict[Job, None] = OrderedDict()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def add(self, job: Job, *, first: bool = False) -> None:
        """Let a job wait, at the end; `first` puts one that has waited before in front."""
        self._waiting[job] = None
        if first:
            self._waiting.move_to_end(job, last=False)

    def next(self, now: float, look: Callable[[Job], Look]) -> tuple[Job, int | None] | None:
        """Take the next job that may be sent now, with its round of the breaker; None when none may.

        `look` is asked before anything is taken from the rate or the breaker. A job without a round is one that ends
        without a request; one that must wait for `look` leaves the lane, and is `look`'s to bring back.
        """
        while self._waiting:
            job = next(iter(self._waiting))
            if job.claim.closed:
                del self._waiting[job]
                continue
            if now >= job.lease.send_by:
                del self._waiting[job]
                return job, None
            verdict = look(job)
            if verdict is not Look.SEND:
                del self._waiting[job]
                if verdict is Look.END:
                    return job, None
                continue
            if not self.width.admits(self.sending):
                return None
            if self._bucket.wait(now) or (round_ := self.breaker.admit(now)) is None:
                return None
            self._bucket.take()
            del self._waiting[job]
            return job, round_
        return None

    def overdue(self, now: float, retry_in_place: float) -> Iterator[Job]:
        """Take out what has waited for too long, and drop what belongs to somebody else by now."""
        paused_since = self.breaker.paused_since
        waiting = self._waiting
        over = [job for job in waiting if job.claim.closed or job.lease.is_over(now, retry_in_place, paused_since)]
        for job in over:
            del waiting[job]
            if not job.claim.closed:
                yield job

    def wakes_at(self, now: float) -> float:
        """When the next job may go, if nothing happens before; inf when only an event can let it."""
        if not self._waiting or not self.width.admits(self.sending):
            return float("inf")
        return max(now + self._bucket.wait(now), self.breaker.wakes_at)

    @property
    def is_empty(self) -> bool:
        """Whether no job waits in it or is under way."""
        return not self._waiting and not self.sending

    def is_idle(self, now: float) -> bool:
        """Whether a new lane would be as good."""
        return self.is_empty and self.breaker.is_pristine(now) and self._bucket.is_full(now)
