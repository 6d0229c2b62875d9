"""A worker process of a test, as its owner sees and treats it. Only processes started here are ever signalled."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any, Self

import psutil

from stream.runtime.exits import Exit
from stream.runtime.snapshot import Farewell, Phase, Snapshot, TaskState
from stream.runtime.worker_process import WorkerProcess
from tests.system.waiting import until
from tests.system.work_order import WorkOrder


class RunningWorker:
    """Started at once; `figures` is what it last said of itself."""

    def __init__(self, name: str, order: WorkOrder) -> None:
        self.name = name
        self.log = Path(order.log)
        self.figures: Snapshot | None = None
        self.farewell: Farewell | None = None
        self._process = WorkerProcess(0, order.command(), os.environ, time.monotonic())
        self._closed = False

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def exit(self) -> int | None:
        """The return code, None while it runs; negative is the signal that ended it."""
        return self._process.ended()

    @property
    def is_stopped(self) -> bool:
        """Whether it stands still under SIGSTOP."""
        return self.exit is None and psutil.Process(self.pid).status() == psutil.STATUS_STOPPED

    @property
    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def events(self, name: str) -> list[dict[str, Any]]:
        """The lines of its log with this event, so far."""
        lines = (line for line in self.said.splitlines() if f'"event": "{name}"' in line and line.endswith("}"))
        return [json.loads(line) for line in lines]

    def look(self) -> Snapshot | None:
        """Read its newest figures."""
        for message in self._process.reader.messages() if not self._closed else ():
            if isinstance(message, Farewell):
                self.farewell = message
            else:
                self.figures = message
        return self.figures

    @property
    def owned(self) -> frozenset[int]:
        """The partitions whose tasks run."""
        figures = self.look()
        if figures is None or figures.phase is Phase.DRAINING:
            return frozenset()
        return frozenset(task.partition for task in figures.tasks if task.state is TaskState.RUNNING)

    def counted(self, metric: str) -> float:
        """A counter of this process, summed over its labels."""
        figures = self.look()
        return sum(figures.counters.get(metric, {}).values()) if figures else 0.0

    def shows(self, metric: str) -> float:
        """A gauge of this process, summed over its labels."""
        figures = self.look()
        return sum(figures.gauges.get(metric, {}).values()) if figures else 0.0

    def wait_seen(self, within: float = 30) -> Self:
        """Wait until it has said anything of itself."""
        until(lambda: self._alive() and self.look() is not None, within=within, what=f"{self.name} is there")
        return self

    def wait_owning(self, count: int, within: float = 30) -> Self:
        """Wait until exactly `count` of its tasks run."""
        until(
            lambda: self._alive() and len(self.owned) == count,
            within=within,
            what=f"{self.name} owns {count} partitions, it has {sorted(self.owned)}",
        )
        return self

    def wait_stopped(self, within: float = 30) -> None:
        """Wait until it has stopped itself."""
        until(lambda: self._alive() and self.is_stopped, within=within, what=f"{self.name} stands still")

    def wait_exit(self, within: float = 30) -> int:
        """Wait for its end and return the code."""
        until(lambda: self.exit is not None, within=within, what=f"{self.name} ends\n{self.said[-3000:]}")
        self.look()
        code = self.exit
        assert code is not None
        return code

    def kill(self) -> None:
        """SIGKILL, and wait for the end."""
        self._process.kill()
        self.wait_exit()

    def stop(self) -> int:
        """SIGTERM, and wait for a drained end; its code. A process that has said nothing yet is waited for: before it
        listens for the signal it would die of it.
        """
        if self.exit is None:
            self.wait_seen()
        self._process.terminate()
        return self.wait_exit()

    def terminate(self) -> None:
        """SIGTERM, without waiting."""
        self._process.terminate()

    def pause(self) -> None:
        """SIGSTOP."""
        os.kill(self.pid, signal.SIGSTOP)

    def wake(self) -> None:
        """SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """End it, however it stands, and free its pipes."""
        if self._closed:
            return
        if self.exit is None:
            self._process.kill()
            self.wait_exit()
        self._closed = True
        self._process.close()

    def _alive(self) -> bool:
        code = self.exit
        assert code is None, f"{self.name} ended with {_named(code)}\n{self.said[-3000:]}"
        return True


def _named(code: int) -> str:
    return f"{code} ({Exit(code).name})" if code in set(Exit) else str(code)
