"""A worker that gives up ends with its exit code, whatever its interpreter's end would have met."""

from __future__ import annotations

import subprocess
import sys

from stream.runtime.exits import Exit

WORKER = """
import atexit, os, signal, sys
from stream.runtime.exits import Exit
from stream.runtime.leave import leave
atexit.register(os.kill, os.getpid(), signal.SIGSEGV)
sys.stdout.write("last")
sys.stderr.write("words")
{closed}
leave(Exit.FENCED)
"""


def ended(closed: str = "") -> subprocess.CompletedProcess[str]:
    """A worker whose interpreter cannot be taken down."""
    command = [sys.executable, "-c", WORKER.format(closed=closed)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_the_exit_code_is_kept_and_what_was_written_is_not_lost() -> None:
    worker = ended()
    assert (worker.returncode, worker.stdout, worker.stderr) == (Exit.FENCED, "last", "words")


def test_a_stream_that_cannot_be_written_does_not_change_the_code() -> None:
    worker = ended("sys.stdout.close(); os.close(2)")
    assert worker.returncode == Exit.FENCED
