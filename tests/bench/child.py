"""A child process of the harness that answers with lines of JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from stream.runtime.allocator import ALLOCATOR
from tests.bench.failure import BenchError

TAIL_BYTES = 4_000
GRACE = 30.0


class ChildProcess:
    """One child, from `with` to its end; killed after `timeout` seconds. Its standard input ends when we do."""

    def __init__(
        self, command: Sequence[str], timeout: float = 900.0, environment: Mapping[str, str] | None = None
    ) -> None:
        """Start it; `environment` is added to ours."""
        self._command = list(command)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        # The bench's own settings, never those of whoever runs it: they may name a company's cluster.
        own = {name: value for name, value in os.environ.items() if not name.startswith(("CAIRN_", "KAFKA_"))}
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**ALLOCATOR, **own, **(environment or {})},  # as the supervisor starts a worker
            cwd=Path(__file__).parents[2],
        )
        self._timer = threading.Timer(timeout, self._process.kill)
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                stream.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def check(self) -> None:
        """See that it still runs.

        Raises:
            BenchError: it has ended; with the tail of what it said.
        """
        if self._process.poll() is not None:
            raise self._failed()

    def line(self) -> dict[str, Any]:
        """Wait for its next line of JSON.

        Raises:
            BenchError: it ended without one; with the tail of what it said.
        """
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(b"{"):
                found: dict[str, Any] = json.loads(line)
                return found
        raise self._failed()

    def end(self, code: int = 0, within: float = GRACE) -> None:
        """Wait for it to end by itself within so many seconds, with this code.

        Raises:
            BenchError: it ended otherwise.
        """
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired as late:
            raise self._failed() from late
        if self._process.returncode != code:
            raise self._failed()

    def stop(self, code: int = 0) -> None:
        """Ask it to end (SIGTERM), and wait until it has, with this code.

        Raises:
            BenchError: it did not end well.
        """
        self._process.send_signal(signal.SIGTERM)
        self.end(code)

    def _failed(self) -> BenchError:
        code = self._process.poll()
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(size - TAIL_BYTES, 0))
        said = self._errors.read().decode(errors="replace").strip()
        return BenchError(f"{' '.join(self._command[:3])} … gave no result (exit {code}):\n{said}")


def result_of(command: Sequence[str], timeout: float = 900.0) -> dict[str, Any]:
    """Run a child to its good end and return its one line of JSON.

    Raises:
        BenchError: it gave none, or did not end well.
    """
    with ChildProcess(command, timeout) as child:
        found = child.line()
        child.end()
        return found
