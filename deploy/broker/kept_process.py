"""A process that ends with its owner: the owner's side of `keeper.py`."""

import contextlib
import fcntl
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.broker.errors import BrokerError

_KEEPER = Path(__file__).with_name("keeper.py")


class KeptProcess:
    """Starts, ends and starts again one command, in a session of its own.

    When the owner ends in any way, the command is ended too, and `remove` (a directory) is deleted if given.
    Output is appended to `log`. Only one kept process at a time has a directory: the lock on it is held by the
    keeper, so it lasts until the command is gone, however its owner ended. Use from one thread at a time.
    Raises `BrokerError` when another one has the directory.
    """

    def __init__(self, command: Sequence[str], directory: Path, log: Path, remove: Path | None = None) -> None:
        spec = {
            "command": list(command),
            "directory": str(directory),
            "log": str(log),
            "remove": None if remove is None else str(remove),
            "grace": 10,
            "owner": os.getpid(),
        }
        with (directory / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _in_use(directory) from None
            self._keeper = subprocess.Popen(  # noqa: S603 - our own script, under our own Python
                # -I -S: what a user has put into site-packages or PYTHONPATH neither slows nor breaks it.
                [sys.executable, "-I", "-S", str(_KEEPER), json.dumps(spec)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=[lock.fileno()],
                start_new_session=True,
                bufsize=0,
            )
        self._pid: int | None = None
        self._heard = b""

    @property
    def pid(self) -> int | None:
        """The running command's process id; None when it does not run."""
        self._listen(0)
        return self._pid

    def start(self) -> None:
        """Start the command. Raises `BrokerError` if the system refuses."""
        self._order(b"S")
        deadline = time.monotonic() + 10
        while self._pid is None:
            if (refusal := self._listen(deadline - time.monotonic())) is not None:
                raise BrokerError(f"the broker's process could not be started: {refusal}")

    def end(self, grace: float) -> None:
        """Ask the command to end, and kill it if it has not after `grace` seconds. Returns when it is
        gone.
        """
        if self.pid is None:
            return
        self._order(b"T")
        if not self._await_end(grace):
            self.kill()

    def kill(self) -> None:
        """SIGKILL. Returns when it is gone."""
        if self.pid is None:
            return
        self._order(b"K")
        self._await_end(30)

    def close(self) -> None:
        """End the keeper: the command ends, `remove` is deleted."""
        for pipe in (self._keeper.stdin, self._keeper.stdout):
            if pipe is not None:
                pipe.close()
        self._keeper.wait()
        self._pid = None

    def _order(self, order: bytes) -> None:
        orders = self._keeper.stdin
        if orders is not None and not orders.closed:
            # A keeper that ended does not read; `_listen` finds that out.
            with contextlib.suppress(BrokenPipeError):
                orders.write(order)

    def _await_end(self, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        while self._pid is not None and (left := deadline - time.monotonic()) > 0:
            self._listen(left)
        return self._pid is None

    def _listen(self, timeout: float) -> str | None:
        """Take in what the keeper says within `timeout` seconds. Returns why a start failed, else None."""
        output = self._keeper.stdout
        if output is None or output.closed:
            return "its keeper was closed"
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            if not selector.select(max(timeout, 0)):
                return "its keeper does not answer" if timeout <= 0 else None
        chunk = os.read(output.fileno(), 4096)
        if not chunk:
            self._lost()
            return "its keeper ended"
        *lines, self._heard = (self._heard + chunk).split(b"\n")
        for line in lines:
            word, _, rest = line.decode().partition(" ")
            if word == "error":
                return rest
            self._pid = int(rest) if word == "pid" else None
        return None

    def _lost(self) -> None:
        # Somebody killed the keeper. Linux has ended the JVM with it; elsewhere it is ours to end.
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self._pid = None


def _in_use(directory: Path) -> BrokerError:
    return BrokerError(
        "the data directory is used by another broker",
        where=str(directory),
        fix="stop that one, or name another data directory",
    )
