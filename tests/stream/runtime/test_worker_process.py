import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stream.runtime.worker_process import WorkerProcess, describe


@pytest.mark.parametrize(
    ("code", "word"), [(0, "ok"), (6, "fenced"), (17, "exit_17"), (-9, "sigkill"), (-250, "signal_250")]
)
def test_a_return_code_is_one_stable_word(code: int, word: str) -> None:
    """It is a metric label."""
    assert describe(code) == word


def test_killing_a_worker_kills_what_it_started(
    wait_for: Callable[..., None], dead: Callable[[int], bool], tmp_path: Path
) -> None:
    """A grandchild would hold its port and its locks."""
    mark = tmp_path / "grandchild"
    code = (
        "import os, subprocess, sys, time\n"
        "started = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(mark)!r} + '.new', 'w').write(str(started.pid))\n"
        f"os.rename({str(mark)!r} + '.new', {str(mark)!r})\n"
        "time.sleep(600)\n"
    )
    process = WorkerProcess(0, [sys.executable, "-c", code], os.environ, 0.0)
    wait_for(mark.exists, "the grandchild was started")
    grandchild = int(mark.read_text())

    process.kill()

    wait_for(lambda: process.ended() is not None, "the worker ended")
    assert process.ended() == -signal.SIGKILL
    wait_for(lambda: dead(grandchild), "the grandchild ended")
    process.close()


def test_a_program_that_is_not_there_leaves_no_pipe_open() -> None:
    """A parent that tries for hours must not run out of them."""
    before = len(list(Path("/dev/fd").iterdir()))

    for _ in range(5):
        with pytest.raises(FileNotFoundError):
            WorkerProcess(0, ["/nowhere/program"], os.environ, 0.0)

    assert len(list(Path("/dev/fd").iterdir())) == before


def test_the_worker_inherits_its_two_pipes_and_nothing_else(wait_for: Callable[..., None]) -> None:
    """A sibling's pipe held open would hide the parent's death from the sibling."""
    code = "import os, sys; sys.exit(len([fd for fd in os.listdir('/dev/fd') if int(fd) > 2]))"
    alone = subprocess.run([sys.executable, "-c", code], check=False).returncode

    first = WorkerProcess(0, [sys.executable, "-c", "import time; time.sleep(600)"], os.environ, 0.0)
    second = WorkerProcess(1, [sys.executable, "-c", code], os.environ, 0.0)
    wait_for(lambda: second.ended() is not None, "the second worker ended")

    assert second.ended() == alone + 2
    first.kill()
    wait_for(lambda: first.ended() is not None, "the first worker ended")
    first.close()
    second.close()
