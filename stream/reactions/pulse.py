"""What a worker of reactions tells its parent, and the watch over each of its apps."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from schemas.errors import CairnError
from stream.reactions.app import App
from stream.reactions.ends import ANSWER, Ends
from stream.reactions.topics import Topics
from stream.reactions.watch import Look, Watch
from stream.runtime import metrics
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.runtime.memory import resident_bytes
from stream.runtime.meter import Meter
from stream.runtime.snapshot import Phase, Snapshot, TaskFigures, TaskState

Answer = TypeVar("Answer")
TURN = 0.1
"""Seconds between two rounds that health hears of: they stop when a reaction blocks the loop."""
LOOK_EVERY = 5.0
"""Seconds between two looks at the ends: a question to each leader, and lag need not be fresher."""


class Pulse:
    """Publishes, and looks after the apps, on the loop that they run on."""

    def __init__(self, apps: Sequence[App], child: Child, *, stall: float) -> None:
        self._apps, self._child = apps, child
        self._meter = Meter()
        for each in apps:
            each.figures.meter = self._meter
        self._watches = {each: Watch(stall) for each in apps}
        self._phase, self._phase_since = Phase.STARTING, time.monotonic()
        self._progress = (0, time.monotonic())
        self._dropped = 0

    def enter(self, phase: Phase) -> None:
        """The worker goes into another phase."""
        if phase is not self._phase:
            self._phase, self._phase_since = phase, time.monotonic()

    async def beat(self) -> None:
        """Say again and again that the loop comes round; runs until cancelled."""
        while True:
            now = time.monotonic()
            if self._phase is Phase.JOINING and all(each.figures.joined for each in self._apps):
                self.enter(Phase.RUNNING)
            if self._child.due(now):
                self._child.publish(self._snapshot(now), now)
            await asyncio.sleep(TURN)

    async def watch(self, ends: Ends) -> None:
        """Look at positions and ends; an app that is stuck fails. Runs until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            # Side by side: an app whose client hangs does not hide another.
            await asyncio.gather(*(self._look(app, ends) for app in self._apps if app.figures.joined))

    async def watch_topics(self, topics: Topics) -> None:
        """Look at the topics. Runs until cancelled, or raises what has become of them (`Topics.look`)."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await _within(2 * ANSWER, asyncio.to_thread(topics.look))

    async def _look(self, app: App, ends: Ends) -> None:
        # Reactions may fill all threads with calls that hang, and are judged all the same.
        found = await _within(2 * ANSWER, asyncio.to_thread(ends.ask, app.figures.held)) or {}
        positions = await _within(ANSWER, app.positions())
        unfinished = app.ledger.unfinished()
        behind = {at: max(0, found[at] - position) for at, position in (positions or {}).items() if at in found}
        app.figures.lagging({at: lag + unfinished.get(at, 0) for at, lag in behind.items()})
        hands = app.hands
        seen = Look(positions, found, unfinished, hands.longest(), hands.longest_away(), app.ledger.epoch is not None)
        if (reason := self._watches[app].look(seen, time.monotonic())) is not None:
            app.fail(
                CairnError(
                    f"the app {app.name} is alive and does nothing: {reason}",
                    "reactions.stall",
                    "the supervisor starts this worker again, which begins at the committed offsets; if it repeats, "
                    "look at what the reaction waits for",
                    exit=Exit.STUCK,
                )
            )

    def finish(self) -> None:
        """The last figures of a worker that stops."""
        self._child.finish(self._snapshot(time.monotonic()))

    def _snapshot(self, now: float) -> Snapshot:
        count = sum(each.figures.count for each in self._apps)
        if count != self._progress[0] or not any(len(each.hands) for each in self._apps):
            self._progress = (count, now)
        held = [at for each in self._apps for at in sorted(each.figures.held)]
        worker = (str(self._child.worker),)
        self._meter.set(metrics.ASSIGNED, len(held), worker)
        self._meter.set(metrics.MEMORY_BYTES, resident_bytes(), worker)
        self._meter.add(metrics.SNAPSHOTS_DROPPED, self._child.dropped - self._dropped)
        self._dropped = self._child.dropped
        joined = all(each.figures.joined for each in self._apps)
        return Snapshot(
            worker=self._child.worker,
            pid=os.getpid(),
            phase=self._phase,
            phase_since=self._phase_since,
            turned_at=now,
            progress_at=self._progress[1],
            joined=joined,
            restored_once=joined,
            counters=self._meter.counters,
            gauges=self._meter.gauges,
            histograms=self._meter.histograms,
            tasks=[TaskFigures(partition, TaskState.RUNNING) for _, partition in held],
        )


async def _within(seconds: float, asked: Awaitable[Answer]) -> Answer | None:
    """The answer of a thread; None when there is none in time."""
    try:
        return await asyncio.wait_for(asked, seconds)
    except TimeoutError:
        return None
