"""`python -m tests.bench.regression`: fail when an event costs the tracker 15 % more than the committed baseline."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable, Sequence
from functools import partial

from stream.native.extension import find
from tests.bench.failure import BenchError
from tests.bench.regression.baseline import judge, known, write
from tests.bench.regression.instructions import per_event, usable
from tests.bench.regression.ratio import cpu_ratio

BECAME_DEARER, BROKEN = 1, 2
ATTEMPTS = 3
"""An event that became dearer is dearer each time; a neighbour who came in between is not there each time."""


def main(arguments: Sequence[str]) -> int:
    """Measure and judge: 0 when the event costs no more, 1 when it does, 2 when nothing can be measured.

    Without a baseline to hold it against, as on a new version of Python, it is 0, and that is said.

    Where the native accelerator is built both bodies are measured, each against its own baseline.
    """
    asked = _parser().parse_args(arguments)
    bodies = [False, True] if find().module is not None else [False]
    return max(_guard(asked, native=native) for native in bodies)


def _guard(asked: argparse.Namespace, *, native: bool) -> int:
    try:
        kind, measure = _way(asked.by, native=native)
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


def _way(by: str | None, *, native: bool) -> tuple[str, Callable[[], float]]:
    """Return what is measured, with all that a baseline of it depends on, and how."""
    python = f"Python {platform.python_version_tuple()[0]}.{platform.python_version_tuple()[1]}"
    body = ", native accelerator" if native else ""
    counter = usable() if by != "ratio" else None
    if counter is not None:
        return f"instructions, {python}, {platform.machine()}{body}", partial(per_event, counter, native=native)
    if by == "instructions":
        raise BenchError("neither perf nor valgrind counts instructions here")
    return f"CPU time in turns of the reference loop, {python}{body}", partial(cpu_ratio, native=native)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.regression", description=__doc__)
    parser.add_argument("--by", choices=["instructions", "ratio"], help="default: instructions where they are counted")
    parser.add_argument("--write", action="store_true", help="make what is measured the baseline")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
