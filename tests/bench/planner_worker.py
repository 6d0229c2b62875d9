"""One planner worker under measurement: `python -m tests.bench.planner_worker ORDER`. One line of JSON comes back.

Its wall clock runs ahead where nothing is left to do before something is due: at once the bundle ends, or the window
opens. So all its time is work, and what waits in the way is looked at as often as in life.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import stream.run
from schemas.topics import MILESTONE_CROSSED
from stream.engine.figures import Figures
from stream.engine.probe import Step
from stream.engine.task import Task
from stream.planner.run import run_planner
from stream.runtime.child import Child
from stream.runtime.logs import configure
from stream.runtime.metrics import DECISIONS, EVENTS, RELEASED
from tests.bench.guard import end_with_parent
from tests.bench.planner_order import PlannerOrder, PlannerRun
from tests.bench.seams import after, wrap
from tests.bench.stopwatch import Instant, now

SOON_MS = 4 * 86_400_000
"""What is due later is given up then, and not celebrated: a delivery of which nobody has said anything."""


class Observer:
    """Watches the engine's public seams, moves the clock, and stops the worker when all is decided."""

    def __init__(self, order: PlannerOrder) -> None:
        self._order = order
        self._topic = order.prefix + MILESTONE_CROSSED
        self._ahead_ms = 0
        self._began: Instant | None = None
        self._stored: Instant | None = None
        self._commits = 0
        self._counters: Mapping[str, Mapping[tuple[str, ...], float]] = {}

    def install(self) -> None:
        """Wrap what is to be watched, in this process."""
        wrap(Task, "process", self._timed)
        wrap(Figures, "committed", after(self._on_committed))
        wrap(Figures, "turned", after(self._on_turned))
        wrap(stream.run, "_wall_ms", lambda wall_ms: lambda: wall_ms() + self._ahead_ms)

    def probe(self, step: Step) -> None:
        """Hear the steps of a transaction."""
        if step is Step.STORED and self._began is not None:
            self._commits += 1
            self._stored = now()

    def result(self) -> PlannerRun:
        """What was measured."""
        assert self._began is not None
        assert self._stored is not None
        taken = self._stored.since(self._began)
        return PlannerRun(
            crossings=self._order.crossings,
            decisions=self._sum(DECISIONS.name),
            deliveries=self._sum(RELEASED.name),
            seconds=taken.wall,
            cpu=taken.cpu,
            loop=taken.loop,
            commits=self._commits,
        )

    def _timed(self, process: Callable[..., int]) -> Callable[..., int]:
        def processed(task: Task, topic: str, *rest: Any) -> int:
            if topic == self._topic and self._began is None:
                self._began = now()
            return process(task, topic, *rest)

        return processed

    def _on_committed(self, figures: Figures, *_: object) -> None:
        self._counters = figures.meter.counters

    def _on_turned(self, _: Figures, tasks: Mapping[int, Task], *__: object, **___: object) -> None:
        if self._counters.get(EVENTS.name, {}).get((self._topic,), 0) < self._order.crossings:
            return
        wall_ms = time.time_ns() // 1_000_000 + self._ahead_ms
        if any(task.dirty or task.next_timer_ms <= wall_ms for task in tasks.values()):
            return
        dues = [
            due.due_ms
            for task in tasks.values()
            for timer in task.view.timers.values()
            for due in timer.pending()
            if due.due_ms < wall_ms + SOON_MS
        ]
        if dues:
            self._ahead_ms += max(dues) - wall_ms
        else:
            os.kill(os.getpid(), signal.SIGTERM)  # as an operator would: the worker drains and leaves

    def _sum(self, counter: str) -> int:
        return int(sum(self._counters.get(counter, {}).values()))


def work(order: PlannerOrder) -> PlannerRun:
    """Run the worker of this order to its end."""
    settings = order.settings()
    configure(settings.log)
    observer = Observer(order)
    observer.install()
    run_planner(settings, Child(None), probe=observer.probe)
    return observer.result()


if __name__ == "__main__":
    end_with_parent()
    print(json.dumps(asdict(work(PlannerOrder(**json.loads(sys.argv[1]))))), flush=True)
