"""The line to Kafka: a thread that reads, writes and commits, so that the loop that sends never waits for brokers.

    loop ──── ended(claim, offset, writings) ───► thread: produce, wait for the acknowledgement, finish, commit
    loop ◄─── records, in batches ─────────────── thread: consume, windows, callbacks of the group

What goes across is handed over in deques and by `call_soon_threadsafe`; see `claim.py` for the one thing shared.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer

from channels.dispatch.claim import Claim
from channels.dispatch.intake import Arrival, Intake
from channels.dispatch.outlet import Outlet
from channels.dispatch.writing import Writing
from stream.runtime.snapshot import Lag
from stream.runtime.verdicts import error_of, exit_of

log = structlog.get_logger(__name__)

WAIT = 0.01
"""Seconds that a turn waits for records: what ended meanwhile is written that much later."""
COMMIT_EVERY = 0.05
"""Seconds between two commits; what ended since the last one is what a crash repeats."""
REPORT_EVERY = 0.5
"""Seconds between two looks at the lag."""


class Listener(Protocol):
    """What the loop hears; each is called in the loop."""

    def arrived(self, batch: list[Arrival]) -> None:
        """Records came."""
        ...

    def rebalanced(self, kind: str, held: tuple[int, ...]) -> None:
        """The group gave or took partitions; `held` are those of this worker now."""
        ...

    def reported(self, lags: dict[int, Lag], events: list[KafkaError]) -> None:
        """How far partitions are behind, and what the client complained of."""
        ...


class Line:
    """Make it inside the running loop. `patience`: seconds that a partition which is taken away waits for its requests
    under way; `wall_ms` is the clock (epoch ms) of the lag.
    """

    def __init__(
        self,
        make_consumer: Callable[[dict[str, Any]], Consumer],
        producer: Producer,
        topic: str,
        *,
        patience: float,
        wall_ms: Callable[[], int],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._patience, self._wall_ms = patience, wall_ms
        self._intake = Intake(
            make_consumer,
            topic,
            before_leaving=self._before_leaving,
        )
        self._outlet = Outlet(producer)
        self._ended: deque[tuple[Claim, int, Sequence[Writing]]] = deque()
        self._stopping = threading.Event()
        self._leaving: float | None = None
        self.turned_at = time.monotonic()
        """When the thread last came round (`time.monotonic()`)."""
        self.over: asyncio.Future[None] = self._loop.create_future()
        """Done when the thread has left Kafka, or with what ended it."""

    def start(self, listener: Listener) -> None:
        """Join the group; `listener` hears what comes of it."""
        threading.Thread(target=self._run, args=(listener,), name="kafka", daemon=True).start()

    def ended(self, claim: Claim, offset: int, writings: Sequence[Writing]) -> None:
        """A delivery ended: once Kafka has what is to be written, its offset is finished. From the loop."""
        self._ended.append((claim, offset, writings))

    def stop(self) -> None:
        """Take nothing in any more, and stay in the group."""
        self._stopping.set()

    def leave(self, within: float) -> None:
        """Write and commit what has ended, and leave the group, in about these seconds at most; `over` tells when."""
        self._leaving = within
        self._stopping.set()

    # -- the thread -----------------------------------------------------------------------------------------------

    def _run(self, listener: Listener) -> None:
        failure: BaseException | None = None
        try:
            self._intake.subscribe(partial(self._tell, listener.rebalanced))
            self._work(listener)
        except KafkaException as raised:
            failure = exit_of(error_of(raised))
        except BaseException as error:
            failure = error
        self._tell(self._finish, failure)

    def _work(self, listener: Listener) -> None:
        committed_at = reported_at = time.monotonic()
        while self._leaving is None:
            if self._stopping.is_set():
                self._intake.stop()
            batch = self._intake.read(WAIT)
            if batch:
                self._tell(listener.arrived, batch)
            self._write()
            self._outlet.poll()
            self.turned_at = now = time.monotonic()
            if now - committed_at >= COMMIT_EVERY:
                committed_at = now
                self._intake.commit()
            if now - reported_at >= REPORT_EVERY:
                reported_at = now
                events, self._intake.events = self._intake.events, []
                self._tell(listener.reported, dict(self._intake.lags(self._wall_ms())), events)
        self._write()
        step = self._leaving / 3
        missing = self._outlet.flush(step)
        if missing:
            log.warning("records_not_acknowledged", count=missing)
        self._intake.leave(step)

    def _write(self) -> None:
        for _ in range(len(self._ended)):
            claim, offset, writings = self._ended.popleft()
            if self._intake.holds(claim):  # else its next owner does it again
                self._outlet.write(writings, partial(self._intake.finish, claim, offset))

    def _before_leaving(self, claims: list[Claim]) -> None:
        deadline = time.monotonic() + self._patience
        while any(claim.sending for claim in claims) and time.monotonic() < deadline:
            self._write()
            self._outlet.poll(WAIT / 2)
            self.turned_at = time.monotonic()
        self._write()
        self._outlet.flush(max(deadline - time.monotonic(), WAIT))

    def _tell(self, hear: Callable[..., None], *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(hear, *arguments)
        except RuntimeError:
            log.warning("loop_is_gone")

    def _finish(self, failure: BaseException | None) -> None:
        if self.over.done():
            return
        if failure is None:
            self.over.set_result(None)
        else:
            self.over.set_exception(failure)
