"""The processes of one role: `cairn run ROLE` with its supervisor, whose workers can be killed and frozen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.demo.crew_log import CrewLog
from deploy.demo.followed import Followed
from stream.runtime.exits import Exit
from tests.system.waiting import until

DRAIN = 60.0
"""Seconds for a supervisor to drain its workers."""


class Staff:
    """Runs while its block lasts; in the end it is drained and must say OK."""

    def __init__(
        self, role: str, config: Path, log: Path, *, workers: int, environ: Mapping[str, str] | None = None
    ) -> None:
        self.role = role
        self.kills = 0
        """Workers ended by SIGKILL or frozen by SIGSTOP."""
        self._log_file = log
        self._log = CrewLog()
        self._followed = Followed(log)
        self._workers = workers
        command = [sys.executable, "-m", "deploy.cli", "--json", "--config", str(config)]
        command += ["run", role, "--workers", str(workers), "--http-port", "off"]
        self._command = command
        self._environ = {**os.environ, **(environ or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._log_file.open("ab") as out:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self._environ
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        if error is not None:
            # Its workers see their pipe end and stop.
            self._process.kill()
            self._process.wait()
            return
        self._process.terminate()
        ended = self._process.wait(DRAIN)
        assert ended == Exit.OK, f"{self.role} ended with {ended}: {self.last_words}"

    @property
    def living(self) -> list[int]:
        """The process ids of its workers."""
        self._look()
        return [man.pid for _, man in sorted(self._log.crew.items()) if man.pid is not None]

    @property
    def last_words(self) -> str:
        """The end of its log."""
        self._look()
        return "\n".join(self._log.tail)

    def wait_living(self, within: float = 60) -> list[int]:
        """Wait until all workers run; returns their process ids."""
        return until(
            lambda: found if len(found := self.living) == self._workers else [],
            within=within,
            what=f"the workers of {self.role} run",
        )

    def wait_owning(self, within: float = 120) -> None:
        """Wait until each of its workers has been given partitions."""
        until(
            lambda: len(self.living) == self._workers and all(man.owned for man in self._log.crew.values()),
            within=within,
            what=f"the workers of {self.role} own partitions",
        )

    def kill(self, number: int) -> None:
        """SIGKILL to one of the workers; the supervisor starts it again."""
        victims = self.wait_living()
        victim = victims[number % len(victims)]
        os.kill(victim, signal.SIGKILL)
        self.kills += 1
        until(lambda: victim not in self.living, within=20, what=f"the supervisor of {self.role} has seen it")

    @contextmanager
    def frozen(self, number: int) -> Iterator[None]:
        """One of the workers stands still while inside, as one that the machine has forgotten."""
        victims = self.wait_living()
        victim = victims[number % len(victims)]
        os.kill(victim, signal.SIGSTOP)
        self.kills += 1
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGCONT)

    def _look(self) -> None:
        self._log.feed(self._followed.news())
