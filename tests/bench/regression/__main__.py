"""`python -m tests.bench.regression`: hold what an event and a crossing cost against the committed baseline.

Fails when an event costs the tracker, or a crossing the planner, 15 % more.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable, Sequence
from functools import partial

from stream.native.extension import find
from tests.bench.failure import BenchError
from tests.bench.regression.baseline import judge, known, write
from tests.bench.regression.instructions import per_crossing, per_event, usable
from tests.bench.regression.ratio import cpu_ratio

BECAME_DEARER, BROKEN = 1, 2
ATTEMPTS = 3
"""An event that became dearer is dearer each time; a neighbour who came in between is not there each time."""


def main(arguments: Sequence[str]) -> int:
    """Measure and judge: 0 when the event costs no more, 1 when it does, 2 when nothing can be measured.

    Without a baseline to hold it against, as on a new version of Python, it is 0, and that is said.

    Where the native accelerator is built both bodies are measured, each against its own baseline. The planner is
    measured where instructions are counted.
    """
    asked = _parser().parse_args(arguments)
    try:
        ways = _ways(asked.by)
    except BenchError as error:
        print(error, file=sys.stderr)
        return BROKEN
    return max(_guard(asked, kind, measure) for kind, measure in ways)


def _guard(asked: argparse.Namespace, kind: str, measure: Callable[[], float]) -> int:
    try:
        if asked.write:
            measured = measure()
            write(kind, measured)
            print(f"{kind}: {measured:,.3f} per event is the baseline now")
            return 0
        for _ in range(ATTEMPTS):
            verdict = judge(kind, measure(), known(kind))
            if verdict.passed is not False:
                break
    except BenchError as error:
        print(error, file=sys.stderr)
        return BROKEN
    print(verdict.text, file=sys.stderr if not verdict.passed else sys.stdout)
    return BECAME_DEARER if verdict.passed is False else 0


def _ways(by: str | None) -> list[tuple[str, Callable[[], float]]]:
    """Return what is measured, with all that a baseline of it depends on, and how.

    Raises:
        BenchError: this machine cannot measure in the way that was asked for.
    """
    python = f"Python {platform.python_version_tuple()[0]}.{platform.python_version_tuple()[1]}"
    bodies = {False: "", True: ", native accelerator"} if find().module is not None else {False: ""}
    counter = usable() if by != "ratio" else None
    if counter is not None:
        counted = f"instructions, {python}, {platform.machine()}"
        tracker = [(f"{counted}{body}", partial(per_event, counter, native=native)) for native, body in bodies.items()]
        return [*tracker, (f"{counted}, planner", partial(per_crossing, counter))]
    if by == "instructions":
        raise BenchError("neither perf nor valgrind counts instructions here")
    looped = f"CPU time in turns of the reference loop, {python}"
    return [(f"{looped}{body}", partial(cpu_ratio, native=native)) for native, body in bodies.items()]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.regression", description=__doc__)
    parser.add_argument("--by", choices=["instructions", "ratio"], help="default: instructions where they are counted")
    parser.add_argument("--write", action="store_true", help="make what is measured the baseline")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
