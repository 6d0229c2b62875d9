"""A worker that is killed on purpose, and what becomes of it."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field

from deploy.demo.crew_log import Crewman
from deploy.demo.soundings import Sounding


@dataclass(slots=True)
class Kill:
    """A worker that was killed, and what became of it."""

    worker: int
    pid: int
    at: float
    partitions: frozenset[int]
    waiting: int | None = None
    """Events of its partitions that were not counted when it was dead; None before that was looked up."""
    marks: dict[int, int] = field(default_factory=dict)
    """The ends of its partitions at that time."""
    new_pid: int | None = None
    back_after: float | None = None
    """Seconds until all that had waited was counted."""

    def follow(self, sounding: Sounding, pid: int | None, now: float) -> None:
        """See what waits for the worker, then whether it was counted; `pid` is that of its process now."""
        if self.back_after is not None or sounding.asked_at <= self.at:
            return
        if self.waiting is None:
            self.marks = {each: sounding.input_ends[each] for each in self.partitions}
            self.waiting = sum(end - sounding.committed.get(each, 0) for each, end in self.marks.items())
        if pid not in (None, self.pid):
            self.new_pid = pid
            if all(sounding.committed.get(each, 0) >= end for each, end in self.marks.items()):
                self.back_after = now - self.at


def sigkill(man: Crewman) -> int:
    """SIGKILL to a worker; returns its process id."""
    if man.pid is None:
        raise ValueError(f"worker {man.index} does not run")
    os.kill(man.pid, signal.SIGKILL)
    return man.pid
