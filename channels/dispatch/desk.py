"""The loop that sends: records become jobs, jobs wait in lanes, requests run, endings are handed to the line."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from confluent_kafka import KafkaError

from channels.dispatch.aftermath import Names, aftermath, letter
from channels.dispatch.breaker import Breaker
from channels.dispatch.claim import Claim
from channels.dispatch.clock import Clock
from channels.dispatch.door import read
from channels.dispatch.fault import fault_of
from channels.dispatch.figures import Figures
from channels.dispatch.job import Job
from channels.dispatch.lane import Lane
from channels.dispatch.lanes import Lanes
from channels.dispatch.lease import Again, Ending, Lease, Random, suppressed
from channels.dispatch.outcome import Outcome, RetryLater, Unavailable, Unsendable
from channels.dispatch.report import report
from channels.dispatch.sender import Sender
from channels.dispatch.skew_told import told_skew
from channels.dispatch.token_bucket import TokenBucket
from channels.dispatch.watch import Turn, Watch
from channels.dispatch.writing import EndedAt
from schemas.delivery import Delivery
from schemas.moment import parse_rfc3339
from schemas.record import Record
from schemas.rejection import Rejection
from stream.runtime.settings import Dispatcher
from stream.runtime.snapshot import Lag

log = structlog.get_logger(__name__)

SWEEP_EVERY = 0.25
"""Seconds between two looks for what has waited too long: 12,000 waiting jobs take some 2 ms of them."""
HUNG = 2
"""Attempt timeouts after which a sender counts as hung. It ends a request by itself after one, and each request has a
connection of its own, so nothing waits before its time begins; the other is for a loop that is busy."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a desk works by: the channel's settings and topics, the clocks, chance."""

    settings: Dispatcher
    names: Names
    clock: Clock = field(default_factory=Clock)
    random: Random = random.random


class Desk:
    """Use it inside one running loop. `ended` is told of each delivery once, `failed` of a fault in here, `follow` of
    the partitions of contact-changes that `watch` must hear of.
    """

    def __init__(
        self,
        terms: Terms,
        sender: Sender,
        figures: Figures,
        watch: Watch,
        *,
        ended: EndedAt,
        failed: Callable[[Exception], None],
        follow: Callable[[tuple[int, ...]], None],
    ) -> None:
        self._terms, self._sender, self._figures, self._watch = terms, sender, figures, watch
        self._ended, self._failed, self._hear_of = ended, failed, follow
        self._held: tuple[int, ...] = ()
        self._clock = terms.clock
        self._settings = terms.settings
        self._loop = asyncio.get_running_loop()
        self._lanes = Lanes(self._lane, terms.settings.retry_in_place, watch)
        self._requests: set[asyncio.Task[None]] = set()
        self._pump_due = self._stopping = False
        self._timer: asyncio.TimerHandle | None = None
        self._swept_at = self._clock.steady()

    @property
    def in_flight(self) -> int:
        """Deliveries taken in and not ended."""
        return len(self._lanes) + len(self._requests)

    @property
    def breakers_open(self) -> int:
        """Providers that are left alone now."""
        return self._lanes.paused

    @property
    def changes_age(self) -> float:
        """Seconds since all of contact-changes was known, where that is longest ago; inf: it never was."""
        return self._watch.age(self._held, self._clock.steady())

    async def drain(self, seconds: float) -> int:
        """Begin nothing more, and wait for the requests under way; returns how many were cut off after `seconds`.

        What only waits is not ended: its records are read again by the next worker.
        """
        self._stopping = True
        if self._timer is not None:
            self._timer.cancel()
        if not self._requests:
            return 0
        _, late = await asyncio.wait(self._requests, timeout=seconds)
        for request in late:
            request.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    # -- what the line tells --------------------------------------------------------------------------------------

    def arrived(self, batch: list[tuple[Record, Claim]]) -> None:
        """Records came."""
        self._figures.received(batch[0][0].topic(), len(batch))
        for record, claim in batch:
            found = read(record, self._terms.names.channel)
            if isinstance(found, Rejection):
                self._refuse(record, claim, found)
            else:
                self._admit(record, claim, found)
        self._pump_soon()

    def rebalanced(self, kind: str, held: tuple[int, ...]) -> None:
        """The group gave or took partitions."""
        self._held = held
        self._hear_of(held)
        self._figures.rebalanced(kind, held)

    def followed(self, turn: Turn) -> None:
        """Something was read on contact-changes, or the reading was proven to be whole."""
        self._watch.take(turn, self._clock.wall_ms())
        self._figures.followed(self._terms.names.changes, len(turn.heard))
        self._pump_soon()

    def reported(self, lags: dict[int, Lag], events: list[KafkaError]) -> None:
        """How the consumer stands."""
        self._figures.reported(lags, events)

    # -- jobs -----------------------------------------------------------------------------------------------------

    def _lane(self, provider: str) -> Lane:
        breaker = Breaker(self._settings.breaker_failures, self._settings.breaker_pause)
        return Lane(provider, breaker, TokenBucket(self._settings.rate, self._clock.steady()))

    def _refuse(self, record: Record, claim: Claim, found: Rejection) -> None:
        log.warning("delivery_refused", code=found.code, partition=record.partition(), offset=record.offset())
        names = self._terms.names
        self._figures.lettered(record.topic(), names.letters, found.code)
        writing = letter(record, found.code, found.message, found.pointer, names)
        self._ended(claim, record.offset(), [writing])

    def _admit(self, record: Record, claim: Claim, delivery: Delivery) -> None:
        now = self._clock.steady()
        left = (parse_rfc3339(delivery.send_by) - self._clock.wall_ms()) / 1000
        lease = Lease(delivery.attempt, now, now + left, first_return=self._settings.defer)
        job = Job(record, claim, delivery, "", lease, parse_rfc3339(delivery.released_at))
        skew = told_skew(record, claim.written_within(record.offset(), now), self._clock.wall_ms(), self._figures)
        if left <= 0:
            if not skew:
                log.warning("lease_over_on_arrival", then="it goes back to the planner, which asks consent again")
            self._end(job, job.lease.expired(skew))
            return
        try:
            job.provider = self._sender.provider_of(delivery)
        except Exception as error:
            self._end(job, fault_of(error, delivery))
            return
        self._lanes.add(job)

    def _pump_soon(self) -> None:
        """Let many arrivals and endings of one turn of the loop share one look at the lanes."""
        if not self._pump_due and not self._stopping:
            self._pump_due = True
            self._loop.call_soon(self._pump)

    def _pump(self) -> None:
        self._pump_due = False
        if self._stopping:
            return
        try:
            now = self._clock.steady()
            self._begin(now)
            if now - self._swept_at >= SWEEP_EVERY:
                self._swept_at = now
                for job, lane in self._lanes.overdue(now):
                    self._end(job, self._given_back(job, lane, now))
            self._set_timer(now)
        except Exception as error:
            self._failed(error)

    def _begin(self, now: float) -> None:
        while len(self._requests) < self._settings.in_flight:
            found = self._lanes.next(now)
            if found is None:
                return
            job, lane, round_ = found
            if round_ is None:
                self._end(job, self._unsent(job, lane, now))
            elif job.claim.begin():
                lane.sending += 1
                request = self._loop.create_task(self._request(job, lane, round_))
                self._requests.add(request)
                request.add_done_callback(self._request_over)
            else:
                lane.breaker.said_nothing(round_)

    def _set_timer(self, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._lanes:
            return
        at = self._swept_at + SWEEP_EVERY
        if len(self._requests) < self._settings.in_flight:  # else the end of a request is the next event
            at = min(at, self._lanes.wakes_at(now))
        self._timer = self._loop.call_later(max(at - now, 0.001), self._pump)

    async def _request(self, job: Job, lane: Lane, round_: int) -> None:
        began = self._clock.steady()
        if job.lease.tried_at is None:
            job.lease.tried_at = began
        job.lease.tries += 1
        try:
            outcome = await self._outcome(job)
            now = self._clock.steady()
            names, contact_id = self._terms.names, job.delivery.contact_id
            report(lane, round_, outcome, now, names.channel, contact_id, self._settings.in_flight)
            self._figures.requested(outcome.code, now - began)
            self._follow(job, outcome, now)
        except asyncio.CancelledError:
            lane.breaker.said_nothing(round_)
            raise
        finally:
            lane.sending -= 1
            job.claim.end()

    async def _outcome(self, job: Job) -> Outcome:
        hung = HUNG * self._settings.attempt_timeout
        try:
            async with asyncio.timeout(hung) as bound:
                return await self._sender.send(job.delivery)
        except Exception as error:
            if bound.expired():
                log.error("sender_hangs", provider=job.provider, seconds=hung)
                return Unavailable(code="no_answer", detail=f"no answer after {hung:g} s", unknown=True)
            ending = fault_of(error, job.delivery)
            return Unsendable(code=ending.code, detail=ending.detail)

    def _follow(self, job: Job, outcome: Outcome, now: float) -> None:
        settings = self._settings
        if isinstance(outcome, RetryLater | Unavailable) and outcome.unknown:
            self._figures.unknown(settings.after_unknown)
        then = job.lease.after(
            outcome,
            now,
            retry_in_place=settings.retry_in_place,
            after_unknown=settings.after_unknown,
            random=self._terms.random,
        )
        if isinstance(then, Again):
            self._lanes.sleep(job, then.at)
        else:
            self._end(job, then)

    def _unsent(self, job: Job, lane: Lane, now: float) -> Ending:
        """Why a job whose turn came is not sent."""
        if now >= job.lease.send_by or self._watch.is_blind(job.claim.partition, now):
            return self._given_back(job, lane, now)
        change = self._watch.against(job)
        return job.lease.uncovered() if change is None else suppressed(change)

    def _given_back(self, job: Job, lane: Lane, now: float) -> Ending:
        lease = job.lease
        if now < lease.send_by and self._watch.is_blind(job.claim.partition, now):
            return lease.unseen(self._terms.random)
        if not lease.tries and now >= lease.send_by:
            return lease.expired()
        wakes_at = lane.breaker.wakes_at
        return lease.given_back(self._terms.random, at_least=wakes_at - now if now < wakes_at < float("inf") else 0.0)

    def _end(self, job: Job, ending: Ending) -> None:
        if job.claim.closed and not job.claim.sending:
            return
        now, now_ms = self._clock.steady(), self._clock.wall_ms()
        names = self._terms.names
        if ending.outcome == "dead_lettered":
            self._figures.lettered(job.record.topic(), names.letters, ending.code)
        self._figures.ended(ending.outcome, (now_ms - job.released_ms) / 1000)
        self._ended(job.claim, job.record.offset(), aftermath(job, ending, names, now, now_ms))

    def _request_over(self, request: asyncio.Task[None]) -> None:
        self._requests.discard(request)
        if not request.cancelled() and (error := request.exception()) is not None:
            self._failed(error if isinstance(error, Exception) else RuntimeError(repr(error)))
        self._pump_soon()
