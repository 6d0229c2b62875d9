"""Instructions of the tracker's path per event, and of the planner's per crossing: the same on a busy machine as on a
quiet one.

Counted of two processes, of which one does the work and the other does not; the difference is the path's.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.failure import BenchError

EVENTS = 4_000
"""Some 300 million instructions, a tenth of what starting the process takes; that is the same in both."""
CROSSINGS = 1_000
"""Nearly a billion instructions."""
TIMEOUT = 1800.0
"""Seconds for one counted process: 20 of CPU under cachegrind, and a busy machine."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A program that counts another one's instructions, and where its report names them."""

    name: str
    command: tuple[str, ...]
    pattern: str

    def count(self, command: Sequence[str]) -> int | None:
        """Return the instructions of a command; None where this machine does not tell.

        Raises:
            BenchError: the command itself failed.
        """
        counted = [*self.command, *command]
        done = subprocess.run(counted, capture_output=True, text=True, timeout=TIMEOUT, env=_environment())
        if done.returncode != 0:
            raise BenchError(f"{' '.join(counted[:4])} … failed ({done.returncode}): {done.stderr[-2000:]}")
        return self.read(done.stderr)

    def read(self, report: str) -> int | None:
        """Return the count that a report names; None where it names none."""
        found = re.search(self.pattern, report, re.MULTILINE)
        return int(found[1].replace(",", "")) if found else None


COUNTERS = (
    Counter("perf", ("perf", "stat", "-x,", "-e", "instructions:u", "--"), r"^(\d+),,instructions"),
    Counter(
        "cachegrind",
        ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"),
        r"I +refs: +([\d,]+)",
    ),
)
"""The processor's own counter first: it costs nothing. Many virtual machines have none."""


def usable() -> Counter | None:
    """Return the first counter that works here."""
    for each in COUNTERS:
        if shutil.which(each.command[0]) is None:
            continue
        try:
            if each.count(["true"]) is not None:
                return each
        except BenchError:
            continue
    return None


def per_event(counter: Counter, *, native: bool = False) -> float:
    """Return the instructions of the tracker's path per event.

    Raises:
        BenchError: a process failed, or was not counted.
    """
    return _per_one(counter, "tests.bench.regression.workload", EVENTS, str(int(native)))


def per_crossing(counter: Counter) -> float:
    """Return the instructions of the planner's path per crossing.

    Raises:
        BenchError: a process failed, or was not counted.
    """
    return _per_one(counter, "tests.bench.regression.planner_workload", CROSSINGS)


def _per_one(counter: Counter, workload: str, count: int, *rest: str) -> float:
    totals = []
    for work in ("0", "1"):
        total = counter.count([sys.executable, "-m", workload, str(count), work, *rest])
        if total is None:
            raise BenchError(f"{counter.name} counted nothing")
        totals.append(total)
    return (totals[1] - totals[0]) / count


def _environment() -> dict[str, str]:
    """Nothing by chance: texts hash alike in every process, and none of them writes byte code for the other."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("CAIRN_", "KAFKA_"))}
    return {**own, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": tempfile.gettempdir(),
            "PYTHONPATH": str(Path(__file__).parents[3])}  # fmt: skip
