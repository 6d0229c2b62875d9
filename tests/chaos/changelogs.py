"""R11: a changelog full of holes, with a tail of aborted records and empty partitions; every restore comes to an
end.
"""

from __future__ import annotations

import shutil

from tests.chaos.play import Play
from tests.system.rig import Rig
from tests.system.waiting import until

KEEN = {
    "segment.ms": "500",
    "min.cleanable.dirty.ratio": "0.001",
    "min.compaction.lag.ms": "0",
    "max.compaction.lag.ms": "500",
    "delete.retention.ms": "100",
}
"""Segments roll and are compacted at once, as months do it in production."""


def changelogs(play: Play, rounds: int, apart: int) -> None:
    """Each round: let the cleaner make holes, let a worker die with records sent, lose the store, restore all of it."""
    rig = play.rig
    rig.configure(rig.changelog, KEEN)
    crew = play.crew(membership="static")
    with play.watched():
        for number in range(rounds):
            with play.feed(seed=play.load.seed + number) as feed:
                crew.start("w")
                play.more_progress(apart)
                # Events go on: the newest segment is never compacted, and it is closed by the next record only.
                until(lambda: _mostly_holes(rig), within=90, what="the cleaner made holes")
                feed.stop()
                rig.wait_processed(within=60)
            with rig.log(rig.changelog) as log:
                tail = log.ends()
            crew.leave("w")
            with play.feed(seed=play.load.seed + 1000 + number) as feed:
                code = crew.start("w", mischief={"point": "sent"}).wait_exit(within=60)
                del crew.here["w"]
                play.outcome.require(code == -9, f"the worker ended with {code}")
                crew.note_death()
                feed.stop()
            shutil.rmtree(rig.state_of("w"))
            crew.start("w")
            crew.wait_all_owning()
            rig.wait_processed(within=60)
            crew.leave("w")
            with rig.log(rig.changelog) as log:
                play.outcome.require(log.ends() != tail, "the changelog did not grow")


def _mostly_holes(rig: Rig) -> bool:
    """A transaction leaves two records or more and a marker: fewer records than half of the offsets are a cleaner's
    work.
    """
    with rig.log(rig.changelog) as log:
        return len(log.read_all()) < sum(log.ends().values()) / 2
