"""One worker's process as its parent holds it: started with two pipes, told to stop, killed, read."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence

from stream.runtime.allocator import ALLOCATOR
from stream.runtime.child import CHILD_ENV, ChildPipes
from stream.runtime.exits import Exit
from stream.runtime.frames import FrameReader
from stream.runtime.snapshot import Farewell


class WorkerProcess:
    """A running child. It has a process group of its own, so that Ctrl-C in the terminal reaches the parent
    alone."""

    def __init__(self, worker: int, command: Sequence[str], environ: Mapping[str, str], now: float) -> None:
        """Start it.

        Raises:
            OSError: the program cannot be started.
        """
        self.worker = worker
        self.started_at = now
        self.farewell: Farewell | None = None
        """Its last words, if it gave up by itself."""
        self.worked = False
        """Whether its figures have told of work done."""
        figures_in, figures_out = os.pipe()
        liveness_in, self._liveness = os.pipe()
        pipes = ChildPipes(worker, figures_out, liveness_in)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the command is ours
                command,
                env={**ALLOCATOR, **environ, CHILD_ENV: pipes.encode()},
                stdin=subprocess.DEVNULL,
                pass_fds=(figures_out, liveness_in),
                process_group=0,
            )
        except OSError:
            os.close(figures_in)
            os.close(self._liveness)
            raise
        finally:
            # Our copies of its ends: while we held them, neither side would ever see the other's end.
            os.close(figures_out)
            os.close(liveness_in)
        self.reader = FrameReader(figures_in)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ended(self) -> int | None:
        """The return code (negative: killed by that signal), or None while it runs. Reaps it."""
        return self._process.poll()

    def terminate(self) -> None:
        """Ask it to drain."""
        self._process.terminate()

    def dump(self) -> None:
        """Ask for the stacks of its threads on standard error (`Child` answers SIGUSR1)."""
        self._process.send_signal(signal.SIGUSR1)

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def close(self) -> None:
        """Free the pipes of an ended process."""
        self.reader.close()
        os.close(self._liveness)


def describe(returncode: int) -> str:
    """A return code in one word, stable as a metric label: `fenced`, `sigkill`, `exit_17`."""
    if returncode < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-returncode).name.lower()
        return f"signal_{-returncode}"
    with contextlib.suppress(ValueError):
        return Exit(returncode).name.lower()
    return f"exit_{returncode}"
