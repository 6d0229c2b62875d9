"""R4: a worker dies at each point of a transaction, in turn; the next life of its slot goes on from there."""

from __future__ import annotations

import random

from tests.chaos.crew import Crew
from tests.chaos.feed import Feed, Load
from tests.chaos.outcome import Outcome
from tests.chaos.progress_watch import ProgressWatch
from tests.system.mischief import POINTS
from tests.system.rig import Rig

PARTITIONS = 2
LATEST = 12
"""A life ends at most at this passing of its point; the first few passings are those of the adopted rules."""


def fault_points(rig: Rig, outcome: Outcome, load: Load, times: int, **settings: str | float) -> None:
    """One worker, killed `times` times at each of the points while events keep coming."""
    chance = random.Random(load.seed)
    crew = Crew(rig, outcome, membership="static", **settings)
    with ProgressWatch(rig) as watch, Feed(rig.usage, load) as feed:
        for _ in range(times):
            for point in POINTS:
                mischief = {"point": point, "nth": chance.randint(1, LATEST)}
                code = crew.start("w", mischief=mischief).wait_exit(within=60)
                crew.here.pop("w")
                crew.note_death()
                outcome.require(code == -9, f"at {point} the worker ended with {code}")
        feed.stop()
        outcome.events = feed.written
        crew.start("w").wait_owning(PARTITIONS)
        rig.wait_processed(within=60)
    outcome.longest_stall = watch.longest_stall
    outcome.require(not watch.regressions, f"committed offsets went back: {watch.regressions}")
    crew.dismiss()
