"""One tracker worker under measurement: `python -m tests.bench.worker ORDER`. Its result is one line of JSON."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import asdict

import psutil

from schemas.topics import MILESTONE_RULES
from stream.engine.figures import Figures
from stream.engine.probe import Step
from stream.engine.restore import Restored
from stream.engine.task import Task
from stream.runtime.child import Child
from stream.runtime.logs import configure
from stream.runtime.metrics import CROSSINGS, EVENTS
from stream.tracker.run import run_tracker
from tests.bench.guard import end_with_parent
from tests.bench.order import Order, Run
from tests.bench.phases import Phases
from tests.bench.rules import apply_once
from tests.bench.seams import after, before, wrap
from tests.bench.stopwatch import Part, Stopwatch

READY = {"ready": True}
"""What a worker that goes on until told says when all its partitions run."""


class Observer:
    """Watches the engine's public seams and stops the worker when the order is done."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._watch = Stopwatch(order.warm, order.events)
        self._phases: Phases | None = None
        self._final_phases: dict[str, tuple[float, float]] = {}
        self._crossings = 0
        self._over = False
        self._restored: list[Restored] = []
        self._resident: list[tuple[float, float]] = []

    def install(self) -> None:
        """Wrap what is to be watched, in this process."""
        if self._order.phases:
            self._phases = Phases()
            self._phases.install()
        wrap(Figures, "restored", after(self._on_restored))
        if self._order.until == "events":
            wrap(Task, "process", before(self._on_records))
            wrap(Figures, "committed", after(self._on_committed))

    def probe(self, step: Step) -> None:
        """Hear the steps of a transaction."""
        if step is not Step.STORED or self._order.until != "events":
            return
        part = self._watch.stored()
        if part is Part.BEGINS:
            self._begin()
        if part in (Part.WARMING, Part.OVER):
            return
        if self._order.memory:
            self._resident.append((time.perf_counter(), psutil.Process().memory_info().rss / 1e6))
        if part is Part.ENDS:
            self._over = True
            if self._phases is not None:
                self._final_phases = self._phases.seconds()
            _stop()

    def result(self) -> Run | None:
        """What was measured, if the order was to measure."""
        if self._order.until == "told":
            return None
        if self._order.until == "restored":
            return Run(
                events=sum(each.rows for each in self._restored),
                seconds=max(each.seconds for each in self._restored),
            )
        time_taken, events = self._watch.lap()
        first = self._resident[0][0] if self._resident else 0.0
        return Run(
            events=events,
            seconds=time_taken.wall,
            cpu=time_taken.cpu,
            loop=time_taken.loop,
            crossings=self._crossings,
            commits=self._watch.commits,
            resident=[(at - first, megabytes) for at, megabytes in self._resident],
            phases=self._final_phases,
        )

    def _begin(self) -> None:
        if self._phases is not None:
            self._phases.reset()

    def _on_records(self) -> None:
        if self._watch.record():
            self._begin()

    def _on_committed(self, figures: Figures, *_: object) -> None:
        if self._over:
            return
        counters = figures.meter.counters
        self._watch.committed(int(sum(counters.get(EVENTS.name, {}).values())))
        self._crossings = int(sum(counters.get(CROSSINGS.name, {}).values()))

    def _on_restored(self, _: Figures, done: Restored) -> None:
        self._restored.append(done)
        if len(self._restored) == self._order.partitions:
            if self._order.until == "told":
                print(json.dumps(READY), flush=True)
            elif self._order.until == "restored":
                _stop()


def work(order: Order) -> Run | None:
    """Run the worker of this order to its end."""
    settings = order.settings()
    configure(settings.log)
    observer = Observer(order)
    observer.install()
    apply_once(order.servers, order.prefix + MILESTONE_RULES, order.counted().document())
    run_tracker(settings, Child(None), probe=observer.probe)
    return observer.result()


def _stop() -> None:
    """As an operator would: the worker drains and leaves."""
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    end_with_parent()
    measured = work(Order(**json.loads(sys.argv[1])))
    if measured is not None:
        print(json.dumps(asdict(measured)), flush=True)
