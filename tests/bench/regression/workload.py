"""The tracker's whole path of an event but for Kafka and the disk: door, rows, fold, row codec, transaction.

`python -m tests.bench.regression.workload EVENTS WORK NATIVE`: pipes so many events in and, with WORK 1,
processes them, with NATIVE 1 by the accelerator. The
difference between the two is what processing costs, with the start of the process and the piping left out.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from schemas.topics import MILESTONE_RULES, USAGE_EVENTS
from stream.core.adoption import next_version
from stream.native.accelerator import Accelerator
from stream.native.extension import find
from stream.runtime.settings import Settings
from stream.testing.driver import Driver
from stream.tracker.run import make_tracker
from tests.bench.profiles import FULL, START_MS
from tests.bench.shape import Shape

CONTACTS = 500
"""Few, so that a round of some thousand events meets known contacts, new ones, crossings and nudges in turn."""
BATCH = 500
TURNS = 4
"""Records of one turn and turns of one transaction: a row is written once for several events, as it is in a backlog."""


class Workload:
    """The full profile on the driver, from `with` to its end; the same events at every run."""

    def __init__(self, events: int, *, native: bool = False) -> None:
        settings = Settings()
        module = find().module if native else None
        accelerator = Accelerator(module, settings.tracker.door_limits) if module is not None else None
        tracker = make_tracker(settings, lambda _version: None, accelerator)
        self._driver = Driver(tracker, partitions=1, start_ms=START_MS + 86_400_000)
        self._driver.pipe(MILESTONE_RULES, None, next_version(None, FULL.document(), START_MS).encode())
        self._records = Shape(FULL.name, CONTACTS, events).records()

    def __enter__(self) -> Self:
        self._driver.run()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._driver.close()

    def pipe(self, events: int) -> None:
        """Put the next events into the input."""
        for _ in range(events):
            key, value = next(self._records)
            self._driver.pipe(USAGE_EVENTS, key, value)

    def process(self) -> None:
        """Process what is there."""
        self._driver.run(batch=BATCH, commit_every=TURNS)


if __name__ == "__main__":
    asked = int(sys.argv[1])
    with Workload(asked, native=sys.argv[3] == "1") as workload:
        workload.pipe(asked)
        if sys.argv[2] == "1":
            workload.process()
