"""Two workers of one name: the living one is never disturbed, and the other one ends and says where it runs."""

from __future__ import annotations

import shutil
from pathlib import Path

from stream.runtime.exits import Exit
from tests.chaos.operators.trial import Trial
from tests.system.running_worker import RunningWorker
from tests.system.waiting import until

HOST = "127.0.0.1"


def dynamic(trial: Trial) -> None:
    """In two directories, as on two machines with one host name."""
    _second(trial, "dynamic", times=1)


def static(trial: Trial) -> None:
    """The same for static members, which the group itself takes for one."""
    _second(trial, "static", times=2)


def copied_directory(trial: Trial) -> None:
    """The second one's directory is a copy of the first one's, with all that it holds, as of a cloned machine."""
    rig = trial.rig
    with trial.feed():
        first = trial.running(membership="static")
        trial.progress()
        shutil.copytree(rig.state_of("w"), rig.directory / "clone")
        second = trial.start(state=rig.directory / "clone", membership="static")
        _turned_away(trial, second)
        trial.require(first.exit is None, "the first one ended")
        trial.progress()
    rig.wait_processed(within=60)
    trial.leave(first)
    trial.sound()


def both_at_once(trial: Trial) -> None:
    """Neither sees the other in time, so one or both are fenced; their supervisors start them again, and then one of
    them ends for good.
    """
    rig = trial.rig
    states = (rig.state_of("w"), rig.directory / "other")

    def begin(state: Path) -> RunningWorker:
        return trial.start(state=state, membership="static")

    with trial.feed():
        workers = [begin(state) for state in states]

        def turned_away() -> RunningWorker | None:
            """Whoever ended for good; who ended otherwise is started again, as its supervisor does."""
            for at, worker in enumerate(workers):
                if worker.exit == Exit.SLOT_HELD:
                    return worker
                if worker.exit is not None:
                    trial.stops(worker, code=Exit.FENCED)
                    workers[at] = begin(states[at])
            return None

        away = until(turned_away, within=120, what="one of the two ends for good")
        assert away is not None
        _turned_away(trial, away)
        (left,) = (each for each in workers if each is not away)
        left.wait_owning(rig.partitions, within=60)
        trial.progress()
    rig.wait_processed(within=60)
    trial.leave(left)
    trial.sound()


def killed_without_its_directory(trial: Trial) -> None:
    """A worker is killed and its directory is gone: nobody knows that it is dead before its session has ended, which
    lasts longer here than a start on a busy machine.
    """
    rig = trial.rig
    with trial.feed():
        worker = trial.running(membership="static", session_timeout=15)
        trial.progress()
        worker.kill()
        shutil.rmtree(rig.state_of("w"))
        worker = trial.start(membership="static", session_timeout=15).wait_owning(rig.partitions, within=60)
        trial.said(worker, "slot_name_in_use")
        trial.progress()
    rig.wait_processed(within=60)
    trial.leave(worker)
    trial.sound()


def renamed(trial: Trial) -> None:
    """A killed worker comes back in its directory under another host name: the place of the old one is waited for."""
    rig = trial.rig
    with trial.feed():
        worker = trial.running(membership="static")
        trial.progress()
        worker.kill()
        worker = trial.start("v", state=rig.state_of("w"), membership="static").wait_owning(rig.partitions, within=90)
        trial.progress()
    rig.wait_processed(within=60)
    trial.leave(worker)
    trial.sound()


def _second(trial: Trial, membership: str, times: int) -> None:
    rig = trial.rig
    with trial.feed():
        first = trial.running(membership=membership)
        trial.progress()
        for _ in range(times):  # whoever heeds no advice starts it again
            second = trial.start(state=rig.directory / "elsewhere", membership=membership)
            _turned_away(trial, second)
            trial.require(first.exit is None, "the first one ended")
        trial.progress()
    rig.wait_processed(within=60)
    trial.note_metrics(first)
    trial.leave(first)
    trial.require(not first.events("lost"), "the first one lost partitions")
    trial.sound()


def _turned_away(trial: Trial, worker: RunningWorker) -> None:
    trial.stops(worker, HOST, "tracker.host", code=Exit.SLOT_HELD)
