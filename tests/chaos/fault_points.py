"""R4: a worker dies at each point of a transaction, in turn; the next life of its slot goes on from there."""

from __future__ import annotations

import random

from tests.chaos.play import Play
from tests.system.mischief import POINTS

LATEST = 12
"""A life ends at most at this passing of its point; the first few passings are those of the adopted rules."""

LINGER = 0.03
"""Seconds between the records and the offsets of a transaction: without it a death finds the records still unsent."""


def fault_points(play: Play, times: int) -> None:
    """One static worker, killed `times` times at each of the points while events keep coming."""
    chance = random.Random(play.load.seed)
    crew = play.crew(membership="static")
    with play.watched(), play.feed() as feed:
        for _ in range(times):
            for point in POINTS:
                mischief = {"point": point, "nth": chance.randint(1, LATEST), "linger": LINGER}
                code = crew.start("w", mischief=mischief).wait_exit(within=60)
                del crew.here["w"]
                crew.note_death()
                play.outcome.require(code == -9, f"at {point} the worker ended with {code}")
        feed.stop()
        crew.start("w")
        crew.wait_all_owning()
        play.rig.wait_processed(within=60)
    crew.dismiss()
