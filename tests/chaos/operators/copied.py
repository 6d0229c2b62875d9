"""Disks that are not what their place says: stores of another partition, worker or time, or gone; a broker set back."""

from __future__ import annotations

import shutil
from pathlib import Path

from stream.runtime.exits import Exit
from tests.chaos.operators.trial import Trial
from tests.system.waiting import until


def of_another_partition(trial: Trial) -> None:
    """The store knows its number: it is wiped, and made again from the changelog."""
    rig = trial.rig
    worker = trial.running()
    trial.write(800)
    rig.wait_processed()
    trial.leave(worker)
    _put(rig.store_of("w", 0), rig.store_of("w", 1))
    worker = trial.start().wait_owning(rig.partitions, within=60)
    line = trial.said(worker, "store_wiped")
    trial.require("holds the rows of partition 0" in str(line["reason"]), f"it was wiped because {line['reason']}")
    trial.doctor()
    trial.write(800)
    rig.wait_processed()
    trial.note_metrics(worker)
    trial.leave(worker)
    trial.sound()


def of_another_worker(trial: Trial) -> None:
    """Each of two workers gets the other's directory: a store that is not of its partition, or behind, is no harm."""
    rig = trial.rig
    with trial.feed():
        one, other = trial.start("a"), trial.start("b")
        until(lambda: one.owned and other.owned, within=60, what="both own partitions")
        trial.progress()
        trial.leave(one)
        trial.leave(other)
        shutil.move(rig.state_of("a"), rig.directory / "between")
        shutil.move(rig.state_of("b"), rig.state_of("a"))
        shutil.move(rig.directory / "between", rig.state_of("b"))
        one, other = trial.start("a"), trial.start("b")
        until(lambda: one.owned and other.owned, within=60, what="both own partitions again")
        trial.progress()
    rig.wait_processed(within=60)
    trial.leave(one)
    trial.leave(other)
    trial.sound()


def of_yesterday(trial: Trial) -> None:
    """A backup of a state directory is brought back: what came since is read from the changelog."""
    rig = trial.rig
    with trial.feed():
        worker = trial.running()
        trial.progress()
        trial.leave(worker)
        shutil.copytree(rig.state_of("w"), rig.directory / "backup")
        worker = trial.running()
        trial.progress()
        trial.leave(worker)
        shutil.rmtree(rig.state_of("w"))
        shutil.move(rig.directory / "backup", rig.state_of("w"))
        worker = trial.running()
        trial.progress()
    rig.wait_processed(within=60)
    trial.leave(worker)
    trial.sound()


def deleted_under_a_running_worker(trial: Trial) -> None:
    """`rm -rf` of the state directory: it ends by its store, or at its leave; the next one rebuilds everything."""
    rig = trial.rig
    with trial.feed():
        worker = trial.running(flush_interval=0.5)
        trial.progress()
        rig.state_of("w").rename(rig.directory / "gone")  # in one step: a file made meanwhile would keep it
        trial.stops(worker, code=Exit.STORE)
        worker = trial.running(flush_interval=0.5)
        trial.progress()
    rig.wait_processed(within=60)
    trial.note_metrics(worker)
    trial.leave(worker)
    trial.sound()


def disk_set_back(trial: Trial) -> None:
    """The broker's disk is set back to a snapshot: what the local store holds of the time since is not the state."""
    rig = trial.rig
    worker = trial.running()
    trial.write(600)
    rig.wait_processed()
    trial.leave(worker)
    data, snapshot = trial.broker.data_dir, rig.directory / "snapshot"
    trial.broker.stop()
    shutil.copytree(data, snapshot)
    trial.broker.start()
    rig.reconnect()
    worker = trial.start().wait_owning(rig.partitions, within=60)
    trial.write(600)
    rig.wait_processed(within=60)
    trial.leave(worker)
    trial.broker.stop()
    shutil.rmtree(data)
    shutil.move(snapshot, data)
    trial.broker.start()
    rig.reconnect()
    worker = trial.start().wait_owning(rig.partitions, within=60)
    trial.said(worker, "store_wiped")
    trial.write(600)
    rig.wait_processed(within=60)
    trial.leave(worker)
    trial.sound("of what the snapshot holds, and what came then")


def _put(source: Path, target: Path) -> None:
    shutil.rmtree(target)
    shutil.copytree(source, target)
