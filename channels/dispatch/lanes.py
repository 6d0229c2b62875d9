"""Every provider's lane, the jobs that sleep until their next try, and those of partitions that are blind. Pure.

The time is an argument.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator

from channels.dispatch.breaker import State
from channels.dispatch.job import Job
from channels.dispatch.lane import Lane
from channels.dispatch.watch import Look, Watch

MOST = 1_000
"""Lanes of single providers. Push services have some dozens of hosts, but strangers name the subdomains; each lane has
0.7 KB, and `next` looks at all of them, which takes 0.13 ms."""
BLIND = 10.0
"""Seconds that a job waits at least to be seen: a partition that has just come is read within one, and whoever retries
nothing in place would get each of its deliveries back."""
OTHERS = "others"
"""The lane that further providers share while each of the `MOST` has jobs."""


class Lanes:
    """Gives out jobs in turn, one from each provider, so that none keeps the others waiting."""

    def __init__(self, make: Callable[[str], Lane], retry_in_place: float, watch: Watch) -> None:
        """Take what makes a provider's lane, how long (seconds) a job may wait, and who says whether it may be sent."""
        self._make = make
        self._watch = watch
        self._retry_in_place = retry_in_place
        self._lanes: OrderedDict[str, Lane] = OrderedDict()
        self._sleeping: list[tuple[float, int, Job]] = []
        self._blind: dict[int, OrderedDict[Job, None]] = {}
        """Jobs that wait until their partition of contact-changes is seen, out of the way of all others."""
        self._blind_since: dict[int, float] = {}
        self._count = 0
        """Tells sleepers of one moment apart."""

    def __len__(self) -> int:
        """How many jobs wait or sleep."""
        blind = sum(len(each) for each in self._blind.values())
        return len(self._sleeping) + blind + sum(len(lane) for lane in self._lanes.values())

    @property
    def paused(self) -> int:
        """How many providers are left alone now."""
        return sum(lane.breaker.state is not State.CLOSED for lane in self._lanes.values())

    @property
    def providers(self) -> Collection[str]:
        """Whom there is a lane for."""
        return self._lanes.keys()

    def of(self, provider: str) -> Lane:
        """The lane of a provider, made where there is none; it may be the one that providers share."""
        if provider not in self._lanes and len(self._lanes) >= MOST and not self._make_room():
            provider = OTHERS
        lane = self._lanes.get(provider)
        if lane is None:
            lane = self._lanes[provider] = self._make(provider)
        return lane

    def add(self, job: Job) -> None:
        """Let a job wait for its provider."""
        self.of(job.provider).add(job)

    def sleep(self, job: Job, until: float) -> None:
        """Let a job rest, and wait for its provider again from `until` on."""
        self._count += 1
        heapq.heappush(self._sleeping, (until, self._count, job))

    def next(self, now: float) -> tuple[Job, Lane, int | None] | None:
        """Take the next job, its lane, and its round of the breaker; None for a round if it ends without a request."""
        self._wake(now)

        def look(job: Job) -> Look:
            return self._look(job, now)

        for provider, lane in list(self._lanes.items()):
            found = lane.next(now, look)
            if found is not None:
                self._lanes.move_to_end(provider)
                job, round_ = found
                return job, lane, round_
        return None

    def overdue(self, now: float) -> Iterator[tuple[Job, Lane]]:
        """Take out all jobs that have waited for too long, and forget providers that nothing is known of."""
        self._wake(now)
        patience = max(self._retry_in_place, BLIND)
        for partition, jobs in self._blind.items():
            for job in list(jobs):
                if job.claim.closed:
                    del jobs[job]
                elif job.lease.is_over(now, patience, self._blind_since[partition]):
                    del jobs[job]
                    yield job, self.of(job.provider)
        for provider, lane in list(self._lanes.items()):
            for job in lane.overdue(now, self._retry_in_place):
                yield job, lane
            if lane.is_idle(now):
                del self._lanes[provider]

    def wakes_at(self, now: float) -> float:
        """When `next` may give a job, if nothing happens before; inf when only an event can let it."""
        wakes = [lane.wakes_at(now) for lane in self._lanes.values()]
        if self._sleeping:
            wakes.append(self._sleeping[0][0])
        return min(wakes, default=float("inf"))

    def _make_room(self) -> bool:
        """Forget the empty lane that gave no job for longest, a paused one only if all are; False if none is empty.

        A provider that fails and is forgotten costs a few requests more when it comes again.
        """
        empty = [name for name, lane in self._lanes.items() if lane.is_empty]
        if not empty:
            return False
        closed = (name for name in empty if self._lanes[name].breaker.state is State.CLOSED)
        del self._lanes[next(closed, empty[0])]
        return True

    def _look(self, job: Job, now: float) -> Look:
        """Ask the watch; a job that must wait is kept here."""
        found = self._watch.look(job, now)
        if found is Look.WAIT:
            partition = job.claim.partition
            self._blind_since.setdefault(partition, now)
            self._blind.setdefault(partition, OrderedDict())[job] = None
        return found

    def _wake(self, now: float) -> None:
        for partition in [each for each in self._blind if not self._watch.is_blind(each, now)]:
            del self._blind_since[partition]
            for job in reversed(self._blind.pop(partition)):
                if not job.claim.closed:
                    self.of(job.provider).add(job, first=True)
        while self._sleeping and self._sleeping[0][0] <= now:
            job = heapq.heappop(self._sleeping)[2]
            if not job.claim.closed:
                self.of(job.provider).add(job, first=True)
