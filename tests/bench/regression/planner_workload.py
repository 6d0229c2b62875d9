"""The planner's whole path of a crossing but for Kafka and the disk: rows, looks, decisions, deliveries, transaction.

`python -m tests.bench.regression.planner_workload CROSSINGS WORK`: pipes profiles and so many crossings in and, with
WORK 1, decides on them. The difference between the two is what deciding costs, with the start of the process, the
profiles and the piping left out.
"""

from __future__ import annotations

import gc
import sys
from itertools import islice
from types import TracebackType
from typing import Self

from schemas.topics import CONTACTS, MILESTONE_CROSSED, MILESTONE_RULES
from stream.core.adoption import next_version
from stream.planner.run import make_planner
from stream.runtime.settings import Settings
from stream.testing.driver import START_MS, Driver
from tests.bench.celebrants import Celebrants, rules

BATCH = 500
TURNS = 4
"""Records of one turn and turns of one transaction, as in a backlog."""
WARM = 100
"""Crossings before the first that counts: rules are compiled and zones are read once for a worker's life."""


class PlannerWorkload:
    """Celebrants under the file of `cairn init` on the driver, from `with` to its end; the same at every run."""

    def __init__(self, crossings: int) -> None:
        document = rules("open", START_MS)
        self._bundle_ms = document.bundle.seconds * 1000
        self._driver = Driver(make_planner(Settings()), partitions=1, start_ms=START_MS)
        self._driver.pipe(MILESTONE_RULES, None, next_version(None, document, START_MS).encode())
        celebrants = Celebrants(WARM + crossings)  # some have two: enough of them
        for key, value in celebrants.profiles():
            self._driver.pipe(CONTACTS, key, value)
        self._crossings = celebrants.crossings(START_MS)

    def __enter__(self) -> Self:
        self._driver.run()
        self.pipe(WARM)
        self.process()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._driver.close()

    def pipe(self, crossings: int) -> None:
        """Put the next crossings into the input."""
        for key, value in islice(self._crossings, crossings):
            self._driver.pipe(MILESTONE_CROSSED, key, value)

    def process(self) -> None:
        """Take in what is there, wait until the bundles end, and decide."""
        self._driver.run(batch=BATCH, commit_every=TURNS)
        self._driver.advance(self._bundle_ms)
        self._driver.run(batch=BATCH, commit_every=TURNS)


if __name__ == "__main__":
    gc.disable()  # as a worker does
    asked = int(sys.argv[1])
    with PlannerWorkload(asked) as workload:
        workload.pipe(asked)
        if sys.argv[2] == "1":
            workload.process()
