"""R10: a burst of kills, then a loop of kills with short gaps, against a supervisor that starts the dead again."""

from __future__ import annotations

import random
import time

from tests.chaos.play import Play
from tests.chaos.supervised_crew import SupervisedCrew
from tests.system.waiting import until

WORKERS = 3
HEALTHY = 180.0
"""Seconds after the last fault within which all must be healthy, as flink-jepsen asks."""
LINGER = 0.1
"""Seconds for which each transaction stays open, so that a kill finds one."""


def bursts(play: Play, kills: int, seconds: float, longest_gap: float, every: float) -> None:
    """`kills` of whoever lives, as fast as they come; then a loop of them for `seconds`, up to `longest_gap` apart.
    Health is asked for `every` so many seconds.
    """
    chance = random.Random(play.load.seed)
    with (
        play.watched(),
        play.feed() as feed,
        play.supervised("w", workers=WORKERS, mischief={"linger": LINGER}) as crew,
    ):
        crew.wait_ready(within=60)
        play.some_progress()
        for _ in range(kills):
            _kill_one(crew, chance)
        _wait_healthy(play, crew, f"a burst of {kills}", every)
        over = time.monotonic() + seconds
        while time.monotonic() + (gap := chance.uniform(0, longest_gap)) < over:
            time.sleep(gap)  # the scenario's own beat, not a wait for anything
            _kill_one(crew, chance)
        _wait_healthy(play, crew, f"{seconds:g} s of a loop", every)
        feed.stop()
        play.rig.wait_processed(within=HEALTHY)


def _kill_one(crew: SupervisedCrew, chance: random.Random) -> None:
    living = until(lambda: crew.living, within=60, what="the supervisor has started a worker again")
    crew.kill(chance.choice(living))


def _wait_healthy(play: Play, crew: SupervisedCrew, what: str, every: float) -> None:
    seconds = crew.wait_healthy(within=HEALTHY, every=every)
    play.outcome.remarks.append(f"healthy {seconds:.1f} s after {what}")
