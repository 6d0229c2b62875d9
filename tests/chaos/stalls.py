"""R3: a worker with an open transaction stands still until others have taken over and gone on; then it wakes."""

from __future__ import annotations

import signal
import time

from stream.runtime.exits import Exit
from tests.chaos.crew import Crew
from tests.chaos.play import Play
from tests.system.waiting import until

POINTS = ("produced", "sent")
"""Before and after the offsets were sent: a zombie is refused in the first, fenced by the timeout in the second."""


def stalls(play: Play, rounds: int, seconds: float) -> None:
    """In each round two workers run; one stalls for at least `seconds` and until its heir owns everything."""
    crew = play.crew()
    with play.watched(), play.feed() as feed:
        crew.start("heir")
        for number in range(rounds):
            _stall(play, crew, POINTS[number % len(POINTS)], seconds)
        feed.stop()
        play.rig.wait_processed(within=120)
    crew.wait_all_owning()
    crew.dismiss()


def _stall(play: Play, crew: Crew, point: str, seconds: float) -> None:
    worker = crew.start("stalled", mischief={"point": point, "nth": 4, "act": "stop"})
    worker.wait_stopped(within=60)
    stalled_at = time.monotonic()
    crew.note_death()
    crew.here["heir"].wait_owning(play.rig.partitions, within=120)
    until(lambda: time.monotonic() - stalled_at >= seconds, within=seconds + 5, what="the stall is over")
    worker.wake()
    del crew.here["stalled"]
    # Fenced and gone, or refused and a member again: both are right; a commit that was believed shows in the verdict.
    until(
        lambda: worker.exit is not None or '"event": "lost"' in worker.said,
        within=60,
        what="the zombie sees that its time is over",
    )
    code = worker.stop() if worker.exit is None else worker.exit
    # Told to stop while it was ending by itself, Python has no ear for the signal any more.
    play.outcome.require(code in (Exit.OK, Exit.FENCED, -signal.SIGTERM), f"the woken worker ended with {code}")
