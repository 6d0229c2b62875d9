"""The worker's side, in this process and in real ones."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.errors import CairnError
from stream.runtime.child import PUBLISH_EVERY, Child, ChildPipes
from stream.runtime.frames import FrameReader
from stream.runtime.snapshot import Farewell, Snapshot

ROOT = Path(__file__).parents[3]


def test_the_pipes_survive_the_environment() -> None:
    """What the parent writes the child reads; without it, there is no parent."""
    pipes = ChildPipes(3, 7, 9)

    assert ChildPipes.decode({"CAIRN_CHILD": pipes.encode()}) == pipes
    assert ChildPipes.decode({}) is None


def test_without_a_parent_every_call_works(make_snapshot: Callable[..., Snapshot]) -> None:
    """A worker can be run by hand."""
    child = Child(None)

    assert not child.due(0.0)
    assert not child.publish(make_snapshot(), 0.0)
    child.finish(make_snapshot())
    child.farewell(CairnError("what"))


def test_figures_are_due_twice_a_second(make_snapshot: Callable[..., Snapshot]) -> None:
    """The first at once; asking costs nothing in between."""
    reading, figures = os.pipe()
    liveness, parent = os.pipe()
    orphaned = threading.Event()
    child = Child(ChildPipes(0, figures, liveness), on_orphaned=orphaned.set)
    reader = FrameReader(reading)

    assert child.due(1000.0)
    assert child.publish(make_snapshot(), 1000.0)
    assert not child.due(1000.0 + PUBLISH_EVERY - 0.01)
    assert child.due(1000.0 + PUBLISH_EVERY)
    child.farewell(CairnError("what", "where", "fix"))
    assert list(reader.messages()) == [make_snapshot(), Farewell("what", "where", "fix")]

    os.close(parent)
    assert orphaned.wait(30)
    for fd in (figures, liveness):
        os.close(fd)
    reader.close()


PARENT = """
import subprocess, sys
from stream.runtime.worker_process import WorkerProcess
import os, time
process = WorkerProcess(0, [sys.executable, "-c", sys.argv[1]], os.environ, time.monotonic())
print(process.pid, flush=True)
time.sleep(600)
"""
WORKER = """
import time
from stream.runtime.child import Child
Child.of_environment()
time.sleep(600)
"""


def test_a_killed_parent_leaves_no_worker_behind(wait_for: Callable[..., None], dead: Callable[[int], bool]) -> None:
    """SIGKILL leaves it no time to tell anybody; the kernel closes its pipe."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, WORKER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    assert not dead(worker)

    parent.send_signal(signal.SIGKILL)
    parent.wait(30)

    wait_for(lambda: dead(worker), "the worker ended after its parent")
    parent.stdout.close()


def test_a_stuck_worker_shows_its_stacks_when_asked(wait_for: Callable[..., None], tmp_path: Path) -> None:
    """SIGUSR1 writes them to standard error and ends nothing."""
    code = (
        "import time\nfrom stream.runtime.child import Child\nchild = Child.of_environment()\n"
        "def stuck_here():\n    print('ready', flush=True)\n    time.sleep(600)\nstuck_here()\n"
    )
    reading, figures = os.pipe()
    liveness, parent = os.pipe()
    errors = tmp_path / "stderr"
    with errors.open("w") as stderr:
        worker = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "CAIRN_CHILD": f"0:{figures}:{liveness}"},
            pass_fds=(figures, liveness),
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"

    worker.send_signal(signal.SIGUSR1)

    wait_for(lambda: "stuck_here" in errors.read_text(), "the stacks were written")
    assert worker.poll() is None
    worker.kill()
    worker.wait(30)
    worker.stdout.close()
    for fd in (reading, figures, liveness, parent):
        os.close(fd)


@pytest.mark.parametrize("value", ["nonsense", "1:2"])
def test_a_broken_hand_over_is_an_error_and_not_a_worker_without_parent(value: str) -> None:
    """It would outlive its parent."""
    with pytest.raises(ValueError, match="CAIRN_CHILD"):
        ChildPipes.decode({"CAIRN_CHILD": value})


def test_times_of_two_processes_can_be_compared() -> None:
    """Health compares the parent's monotonic clock with the worker's."""
    before = time.monotonic()
    theirs = float(subprocess.check_output([sys.executable, "-c", "import time; print(time.monotonic())"]))

    assert before <= theirs <= time.monotonic()
