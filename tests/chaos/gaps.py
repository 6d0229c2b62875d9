"""R12: retention deletes what was never read; the worker stops with the exact gap, and skips nothing until it is told
to.
"""

from __future__ import annotations

from stream.runtime.exits import Exit
from tests.chaos.play import Play


def gaps(play: Play, rounds: int) -> None:
    """Each round: process, stop, write more, delete past the position; then exit DRIFT, then on with --accept-gap."""
    rig = play.rig
    crew = play.crew()
    with play.watched():
        for number in range(rounds):
            with play.feed(seed=play.load.seed + number) as feed:
                crew.start("w")
                feed.finish()
                rig.wait_processed(within=60)
                crew.wait_all_owning()
                crew.leave("w")
            committed = rig.committed()
            with play.feed(seed=play.load.seed + 500 + number) as feed:
                feed.finish()
            partition = number % rig.partitions
            low = committed[partition] + 7
            play.delete_unread(partition, committed[partition], low)
            worker = crew.start("w")
            code = worker.wait_exit(within=60)
            del crew.here["w"]
            play.outcome.require(code == Exit.DRIFT, f"over a gap the worker ended with {code}")
            said = str(worker.farewell and worker.farewell.where)
            play.outcome.require(
                f"partition {partition}: position {committed[partition]}, the topic holds {low} to" in said,
                f"the gap is not named: {said}",
            )
            play.outcome.require(rig.committed() == committed, "positions moved over the gap in silence")
            crew.start("w", accept_gap=True)
            rig.wait_processed(within=60)
            crew.wait_all_owning()
            crew.leave("w")
