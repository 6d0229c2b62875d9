"""A process between the owner and the JVM, so that the JVM ends when its owner does, even by SIGKILL.

Run as a script with one argument, JSON: command, directory, log, remove (a path or null), grace
(seconds), owner (pid). It is in a session of its own, so Ctrl-C in the owner's terminal does not reach it
or the JVM: the owner drains first. Orders come on standard input, one byte each: S start, T terminate, K
kill. Its end, or another parent, means that the owner is gone. Answers go to standard output, a line
each: `pid <n>`, `exit <code>`, `error <text>`. Imports only the standard library, for a start in a few
hundredths of a second.
"""

import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
from typing import Any

_PR_SET_PDEATHSIG = 1


class Keeper:
    """Holds at most one JVM at a time."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        self._child: subprocess.Popen[bytes] | None = None
        # Should the keeper be killed as well (all Python processes at once), Linux ends the JVM.
        # Elsewhere there is no such call.
        self._libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def serve(self) -> None:
        """Follow orders until the owner is gone."""
        while os.getppid() == self._spec["owner"]:
            # The pipe tells at once; the parent is looked at for the case that a fork of the owner still
            # holds the pipe.
            ready, _, _ = select.select([0], [], [], 1.0)
            if not ready:
                continue
            orders = os.read(0, 64)
            if not orders:
                return
            for order in orders:
                self._obey(order)

    def end(self) -> None:
        """End the JVM, in order if its data shall stay, and remove what shall not."""
        child, remove = self._child, self._spec["remove"]
        if child is not None and child.poll() is None:
            if remove is None:
                child.terminate()
                try:
                    child.wait(self._spec["grace"])
                except subprocess.TimeoutExpired:
                    child.kill()
            else:
                child.kill()
            child.wait()
        if remove is not None:
            shutil.rmtree(remove, ignore_errors=True)

    def _obey(self, order: int) -> None:
        if order == ord("S"):
            self._start()
        elif self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM if order == ord("T") else signal.SIGKILL)

    def _start(self) -> None:
        try:
            with open(self._spec["log"], "ab") as log:  # noqa: PTH123 - pathlib would double the time to start
                self._child = child = subprocess.Popen(  # noqa: S603 - the command is the owner's
                    self._spec["command"],
                    cwd=self._spec["directory"],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    preexec_fn=self._die_with_keeper,  # noqa: PLW1509 - the last child's thread ended with it
                )
        except OSError as error:
            _answer(f"error {error}")
            return
        _answer(f"pid {child.pid}")
        threading.Thread(target=lambda: _answer(f"exit {child.wait()}"), daemon=True).start()

    def _die_with_keeper(self) -> None:
        if self._libc is not None:
            self._libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _answer(text: str) -> None:
    try:
        os.write(1, text.encode() + b"\n")
    except BrokenPipeError:
        return  # nobody is left to listen; `serve` finds that out itself


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def main() -> None:
    """Serve, and end the JVM whatever happens."""
    keeper = Keeper(json.loads(sys.argv[1]))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        keeper.serve()
    finally:
        keeper.end()


if __name__ == "__main__":
    main()
