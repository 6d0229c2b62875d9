"""Workers as `cairn run tracker --workers N` holds them: the product's own supervisor starts the dead again, when and
as it sees fit.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from schemas.errors import CairnError
from stream.runtime import health
from stream.runtime.exits import Exit
from stream.runtime.figures import WorkerView
from stream.runtime.layers import load
from stream.runtime.metrics import WORKER_RESTARTS
from stream.runtime.snapshot import TaskState
from stream.runtime.supervisor import Supervisor
from tests.chaos.outcome import Outcome
from tests.system.rig import Option, Rig
from tests.system.waiting import until

DRAIN = 20.0
"""Seconds from the wish to stop to SIGKILL."""
POLLS = 5
"""Healthy is who is found so this many times in a row, as flink-jepsen asks."""


class SupervisedCrew:
    """`workers` slots of host `name` while it is open; when it closes they are asked to drain."""

    def __init__(
        self,
        rig: Rig,
        outcome: Outcome,
        name: str,
        *,
        workers: int,
        settings: Mapping[str, Option],
        mischief: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = name
        self._rig = rig
        self._workers = workers
        self._outcome = outcome
        options: dict[str, Any] = {"dedupe_window": 0, "membership": "static", **settings}
        order = rig.order(name, mischief=mischief, **options)
        self._bounds = health.Bounds.of(load(environ={}, options=order.options).settings.tracker)
        self._supervisor = Supervisor(lambda _index: order.command(), workers, drain_seconds=DRAIN)
        self._thread = threading.Thread(target=self._run, name=f"supervisor-{name}", daemon=True)
        self._killed_at = 0.0
        self._end: Exit | CairnError | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._supervisor.stop()
        else:
            self._supervisor.hurry()
        self._thread.join()
        ends = ", ".join(f"{number} after {why}" for why, number in self.restarts.most_common())
        self._outcome.remarks.append(f"the supervisor of {self.name} started workers again: {ends or 'never'}")
        self._outcome.require(self._end == Exit.OK, f"the supervisor of {self.name} ended with {self._end!r}")

    @property
    def views(self) -> list[WorkerView]:
        """The workers as their supervisor knows them."""
        return self._supervisor.figures.views()

    @property
    def living(self) -> list[int]:
        """The process ids of those that run."""
        return [view.pid for view in self.views if view.pid is not None]

    @property
    def restarts(self) -> Counter[str]:
        """How often the supervisor started a worker again, by how it had ended (`sigkill`, `cannot_connect`)."""
        series = self._supervisor.figures.totals().counters.get(WORKER_RESTARTS.name, {})
        return Counter({why: int(number) for (why,), number in series.items()})

    @property
    def is_healthy(self) -> bool:
        """All started, alive and ready, as its health page would say."""
        views = self.views
        return (
            len(views) == self._workers
            and health.livez(views, time.monotonic(), self._bounds).ok
            and health.readyz(views).ok
        )

    @property
    def owned(self) -> list[int]:
        """The partitions that run, one that runs twice named twice."""
        tasks = [task for view in self.views for task in (view.snapshot.tasks if view.snapshot else ())]
        return sorted(task.partition for task in tasks if task.state is TaskState.RUNNING)

    def kill(self, pid: int) -> None:
        """SIGKILL one of the living, once; and look whether there was anything left to do."""
        os.kill(pid, signal.SIGKILL)
        self._killed_at = time.monotonic()
        until(lambda: pid not in self.living, within=60, what=f"the supervisor of {self.name} has seen {pid} die")
        self._outcome.kills += 1
        self._outcome.with_input_left += any(self._rig.unprocessed().values())

    def wait_ready(self, *, within: float) -> None:
        """Wait until its health page would be green."""
        until(lambda: self.is_healthy, within=within, what=f"{self.name} is ready")

    def wait_healthy(self, *, within: float, every: float) -> float:
        """Look `every` so many seconds until it is healthy and all partitions run, POLLS times in a row.

        Returns:
            the seconds from the last kill until that row began; it must begin `within` so many.

        Raises:
            AssertionError: it did not.
        """
        row, found = 0, self._killed_at
        while row < POLLS:
            time.sleep(every)
            if self.is_healthy and self.owned == list(range(self._rig.partitions)):
                row += 1
                found = time.monotonic() if row == 1 else found
                continue
            row = 0
            assert self._thread.is_alive(), f"the supervisor of {self.name} ended: {self._end!r}"
            assert time.monotonic() - self._killed_at < within, f"not healthy within {within:g} s: {self.views}"
        return found - self._killed_at

    def _run(self) -> None:
        try:
            self._end = self._supervisor.run()
        except CairnError as gave_up:
            self._end = gave_up
