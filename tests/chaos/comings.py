"""R2: every second a worker joins, and once three are there the oldest leaves."""

from __future__ import annotations

import itertools
import time

from tests.chaos.play import Play

SLOTS = ("a", "b", "c", "d")
EVERY = 1.0


def comings(play: Play, seconds: float) -> None:
    """Dynamic members come and go for `seconds`; nobody waits for a rebalance to end before the next one begins."""
    crew = play.crew()
    names = itertools.cycle(SLOTS)
    with play.watched(), play.feed() as feed:
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            due = time.monotonic() + EVERY
            newest = crew.start(next(names))
            newest.wait_seen()
            play.outcome.rebalances += 1
            if len(crew.here) > 2:
                crew.leave(next(iter(crew.names)))
                play.outcome.rebalances += 1
            time.sleep(max(0.0, due - time.monotonic()))  # the scenario's own beat, not a wait for anything
        feed.stop()
        play.rig.wait_processed(within=120)
    crew.wait_all_owning()
    crew.dismiss()
