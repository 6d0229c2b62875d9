"""The supervisor over real processes: tiny workers that live, die, hang and give up."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from stream.runtime.exits import Exit
from stream.runtime.figures import WorkerView
from stream.runtime.supervisor import Supervisor, WorkerGaveUpError

ROOT = Path(__file__).parents[3]

PRELUDE = """
import os, signal, sys, time
from schemas.errors import CairnError
from stream.runtime.child import Child
from stream.runtime.snapshot import Phase, Snapshot
child = Child.of_environment()
def publish(events=1.0, page=0.0):
    now = time.monotonic()
    figures = {"cairn_events_total": {("t",): events}}
    if page:
        figures["cairn_portal_requests_total"] = {("share", "200"): page}
    child.publish(Snapshot(child.worker, os.getpid(), Phase.RUNNING, now, now, now, True, True, counters=figures), now)
"""
LIVES = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\npublish()\nwhile True: signal.pause()"
HANGS = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\npublish()\nwhile True: time.sleep(600)"
GIVES_UP = "child.farewell(CairnError('12 partitions, 6 expected', 'usage-events', 'restore it'))\nsys.exit(3)"
DIES_YOUNG = "sys.exit(6)"


class Running:
    """A supervisor in a thread, and what it returned or raised."""

    def __init__(self, *codes: str, drain_seconds: float = 20) -> None:
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.supervisor = Supervisor(
            lambda index: [sys.executable, "-c", PRELUDE + codes[index]],
            len(codes),
            drain_seconds=drain_seconds,
            environ=environ,
        )
        self.result: Exit | None = None
        self.error: WorkerGaveUpError | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self.supervisor.run()
        except WorkerGaveUpError as error:
            self.error = error

    def views(self) -> list[WorkerView]:
        """What the parent knows."""
        return self.supervisor.figures.views()

    def pids(self) -> list[int]:
        """Processes that have spoken."""
        return [view.pid for view in self.views() if view.pid and view.snapshot]

    def end(self) -> Exit | None:
        """Wait for the end."""
        self._thread.join(30)
        assert not self._thread.is_alive()
        return self.result


@pytest.fixture
def run() -> Iterator[Callable[..., Running]]:
    """Start supervisors; what still runs afterwards is killed."""
    started: list[Running] = []

    def start(*codes: str, drain_seconds: float = 20) -> Running:
        running = Running(*codes, drain_seconds=drain_seconds)
        started.append(running)
        return running

    yield start
    for running in started:
        running.supervisor.hurry()
        running.end()


Start = Callable[..., Running]
Wait = Callable[..., None]


def gone(pid: int) -> bool:
    """Whether the process has ended and was reaped."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_workers_run_side_by_side_and_drain_when_told(run: Start, wait_for: Wait) -> None:
    """Each in a process group of its own, so that Ctrl-C in the terminal reaches the parent alone."""
    running = run(LIVES, LIVES)
    wait_for(lambda: len(running.pids()) == 2, "both workers spoke")
    pids = running.pids()
    assert [os.getpgid(pid) for pid in pids] == pids

    running.supervisor.stop()

    assert running.end() == Exit.OK
    assert all(gone(pid) for pid in pids)


def test_a_killed_worker_is_back_and_its_counts_stay(run: Start, wait_for: Wait) -> None:
    """Totals never fall."""
    running = run(LIVES, LIVES)
    wait_for(lambda: len(running.pids()) == 2, "both workers spoke")
    first = running.pids()

    os.kill(first[0], signal.SIGKILL)

    wait_for(lambda: len(running.pids()) == 2 and running.pids()[0] != first[0], "the dead worker spoke again")
    assert running.pids()[1] == first[1]
    totals = running.supervisor.figures.totals().counters
    assert totals["cairn_events_total"] == {("t",): 3}
    assert totals["cairn_worker_restarts_total"] == {("sigkill",): 1}


def test_a_worker_that_keeps_dying_is_started_again_with_a_delay(run: Start, wait_for: Wait) -> None:
    """The second early death waits; the sibling is left alone."""
    running = run(DIES_YOUNG, LIVES)
    wait_for(lambda: running.views() and running.views()[0].restarts >= 2, "it was started a third time")
    wait_for(lambda: len(running.pids()) == 1, "the sibling spoke")
    sibling = running.pids()

    wait_for(lambda: running.views()[0].why_dead == "fenced", "its cause of death is known")
    assert running.pids() == sibling


def test_a_slow_start_that_ends_in_death_is_a_failure_like_a_quick_one(run: Start, wait_for: Wait) -> None:
    """What counts is that it did no work: a worker that published figures without any is waited for all the same."""
    starts_and_dies = "publish(0.0)\ntime.sleep(0.2)\nsys.exit(6)"
    with capture_logs() as lines:
        running = run(starts_and_dies)
        wait_for(lambda: running.views() and running.views()[0].restarts >= 2, "it was started a third time")

    died = [line for line in lines if line["event"] == "worker_died"]
    assert [(line["failures"], line["restart_in"]) for line in died[:2]] == [(1, 0.0), (2, 0.5)]


def test_a_worker_that_worked_before_it_died_is_no_failure_in_a_row(run: Start, wait_for: Wait) -> None:
    """Each of these answers a page and dies: each is back at once."""
    works_and_dies = "publish(page=1.0)\ntime.sleep(0.2)\nsys.exit(6)"
    with capture_logs() as lines:
        running = run(works_and_dies)
        wait_for(lambda: running.views() and running.views()[0].restarts >= 3, "it was started a fourth time")

    assert {line["restart_in"] for line in lines if line["event"] == "worker_died"} == {0.0}


def test_what_no_restart_mends_stops_all_with_the_workers_code_and_words(run: Start) -> None:
    """Started again it would say the same for ever."""
    running = run(LIVES, GIVES_UP)

    assert running.end() is None
    error = running.error
    assert error is not None
    assert error.exit == Exit.DRIFT
    assert (error.what, error.where, error.fix) == ("12 partitions, 6 expected", "usage-events", "restore it")
    assert not any(view.alive for view in running.views())


def test_a_worker_without_last_words_still_explains_its_code(run: Start) -> None:
    """As when its command line is wrong."""
    running = run("sys.exit(2)")

    running.end()
    assert running.error is not None
    assert running.error.exit == Exit.USAGE
    assert "exit code 2" in running.error.what


def test_a_program_that_is_not_there_is_a_usage_error() -> None:
    """It will not appear by trying again."""
    supervisor = Supervisor(lambda _: ["/nowhere/python"], 1, drain_seconds=1)

    with pytest.raises(WorkerGaveUpError, match="cannot be started") as caught:
        supervisor.run()

    assert caught.value.exit == Exit.USAGE


def test_a_worker_that_does_not_drain_is_killed_at_the_bound(run: Start, wait_for: Wait) -> None:
    """The parent ends in time, and its code says that it was not clean."""
    running = run(HANGS, LIVES, drain_seconds=0.3)
    wait_for(lambda: len(running.pids()) == 2, "both workers spoke")
    pids = running.pids()

    running.supervisor.stop()

    assert running.end() == Exit.STUCK
    assert all(gone(pid) for pid in pids)


def test_hurrying_kills_what_has_not_drained(run: Start, wait_for: Wait) -> None:
    """The bound is far away; the person is not."""
    running = run(HANGS, drain_seconds=600)
    wait_for(lambda: len(running.pids()) == 1, "the worker spoke")
    (pid,) = running.pids()
    running.supervisor.stop()

    running.supervisor.hurry()

    assert running.end() == Exit.OK
    assert gone(pid)


def test_a_worker_that_hangs_is_asked_for_its_stacks_once(wait_for: Wait, capfd: pytest.CaptureFixture[str]) -> None:
    """Before somebody kills it, so that the cause is known."""
    supervisor = Supervisor(
        lambda _: [sys.executable, "-c", PRELUDE + HANGS],
        1,
        drain_seconds=0.1,
        environ={**os.environ, "PYTHONPATH": str(ROOT)},
        stuck=lambda _view, _now: "loop turned 61 s ago",
    )
    seen = ""
    thread = threading.Thread(target=supervisor.run)
    thread.start()

    def dumped() -> bool:
        nonlocal seen
        seen += capfd.readouterr().err
        return "most recent call first" in seen

    wait_for(dumped, "the stacks were written")
    supervisor.hurry()
    thread.join(30)
    assert seen.count("Current thread") == 1


PARENT = f"""
import os, sys
from stream.runtime.supervisor import Supervisor
supervisor = Supervisor(lambda _: [sys.executable, "-c", sys.argv[1]], 2, drain_seconds=float(sys.argv[2]),
    environ={{**os.environ, "PYTHONPATH": {str(ROOT)!r}}})
sys.exit(supervisor.run())
"""


class Terminal:
    """A supervisor in a process of its own, which hears signals; each worker leaves a file named by its pid."""

    def __init__(self, worker: str, drain_seconds: float, marks: Path) -> None:
        mark = f"\nopen({str(marks)!r} + '/' + str(os.getpid()), 'w').close()\n"
        code = PRELUDE + worker.replace("publish()", f"publish(){mark}", 1)
        self.marks = marks
        self.process = subprocess.Popen([sys.executable, "-c", PARENT, code, str(drain_seconds)], cwd=ROOT)

    def workers(self) -> list[int]:
        """Workers that are up."""
        return [int(path.name) for path in self.marks.iterdir() if path.name.isdigit()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_signal_drains_all_workers(number: signal.Signals, wait_for: Wait, tmp_path: Path) -> None:
    """Kubernetes, Ctrl-C and a closed terminal alike; exit code 0."""
    terminal = Terminal(LIVES, 20, tmp_path)
    wait_for(lambda: len(terminal.workers()) == 2, "both workers are up")

    terminal.process.send_signal(number)

    assert terminal.process.wait(30) == Exit.OK
    assert all(gone(pid) for pid in terminal.workers())


def test_a_second_ctrl_c_hurries(wait_for: Wait, tmp_path: Path) -> None:
    """A person who presses it again does not want to wait for the bound."""
    marks_and_stays = f"signal.signal(signal.SIGTERM, lambda *_: open({str(tmp_path)!r} + '/told', 'w').close())"
    terminal = Terminal(f"{marks_and_stays}\npublish()\nwhile True: signal.pause()", 600, tmp_path)
    wait_for(lambda: len(terminal.workers()) == 2, "both workers are up")
    pids = terminal.workers()

    terminal.process.send_signal(signal.SIGINT)
    wait_for((tmp_path / "told").exists, "a worker was told to drain")
    time.sleep(0.6)  # presses nearer than half a second are one: a wrapper passes on what the terminal sent
    terminal.process.send_signal(signal.SIGINT)

    assert terminal.process.wait(30) == Exit.OK
    assert all(gone(pid) for pid in pids)


def test_a_killed_parent_leaves_none_of_its_workers(
    wait_for: Wait, dead: Callable[[int], bool], tmp_path: Path
) -> None:
    """Even workers that do not listen to SIGTERM."""
    terminal = Terminal(HANGS, 600, tmp_path)
    wait_for(lambda: len(terminal.workers()) == 2, "both workers are up")
    pids = terminal.workers()

    terminal.process.kill()
    terminal.process.wait(30)

    wait_for(lambda: all(dead(pid) for pid in pids), "all workers ended")
