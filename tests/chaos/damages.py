"""R8: between two lives of a worker its stores are damaged in every way; a stale copy comes back; the disk is full."""

from __future__ import annotations

import shutil

from stream.runtime.exits import Exit
from tests.chaos.play import Play
from tests.system.damage import DAMAGES


def damages(play: Play, rounds: int) -> None:
    """One static worker; a round damages each store in its own way, fills the disk, and brings back an old copy."""
    rig = play.rig
    crew = play.crew(membership="static")
    old = rig.directory / "old-copy"
    with play.watched(), play.feed() as feed:
        for _ in range(rounds):
            _live_and_stop(play, "w")
            shutil.rmtree(old, ignore_errors=True)
            shutil.copytree(rig.state_of("w"), old)
            for partition, damage in enumerate(DAMAGES.values()):
                damage(rig.store_of("w", partition))
            _live_and_stop(play, "w")

            full = crew.start("w", mischief={"sound_writes": 2 * rig.partitions, "fail_writes": 1_000_000})
            code = full.wait_exit(within=60)
            play.outcome.require(code == Exit.STORE, f"with a full disk the worker ended with {code}")
            del crew.here["w"]

            shutil.rmtree(rig.state_of("w"))
            shutil.copytree(old, rig.state_of("w"))
            _live_and_stop(play, "w")
        feed.stop()
        crew.start("w")
        crew.wait_all_owning()
        rig.wait_processed(within=60)
    crew.dismiss()


def _live_and_stop(play: Play, name: str) -> None:
    """A life in which some events are committed, ended cleanly so that there are files to damage."""
    crew = play.crew(membership="static")
    crew.start(name)
    crew.wait_all_owning()
    play.some_progress()
    crew.leave(name)
