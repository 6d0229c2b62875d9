"""Row `memory`: resident memory of a worker with many contacts in state, and whether it stays while events go on."""

from __future__ import annotations

from tests.bench.ground import Ground
from tests.bench.order import Run
from tests.bench.profiles import FULL
from tests.bench.race import track
from tests.bench.shape import Shape
from tests.bench.sizes import Sizes
from tests.bench.summary import slope
from tests.bench.table import Line, amount
from tests.bench.target import Target, at_most

PARTITIONS = (4, 12)
FLAT = 0.05
"""Memory is flat when what it gains over the run is at most this part of its peak."""


def memory_lines(ground: Ground, sizes: Sizes) -> list[Line]:
    """Fill the state, go on with as many events as there are contacts, and look at the memory after each commit."""
    lines = []
    for partitions in PARTITIONS:
        shape = Shape(FULL.name, sizes.held, sizes.held, partitions, warm=True)
        ground.fill(shape)
        run = track(ground, shape, memory=True)
        ground.say(f"{partitions} partitions: {run.rate:,.0f} events/s, {len(run.resident)} looks at the memory")
        lines += _lines(shape, run)
    return lines


def _lines(shape: Shape, run: Run) -> list[Line]:
    what = f"memory, {amount(shape.contacts)} contacts in state, {shape.partitions} partitions"
    peak = max((megabytes for _, megabytes in run.resident), default=0.0)
    target, flat = at_most(700, "700 MB"), Target("flat: ≤ 5 % gained", FLAT, at_least=False)
    gained = slope(run.resident) * run.seconds
    share = gained / peak if peak else 0.0
    return [
        Line(what, target.text, f"{peak:.0f} MB at its peak", "", target.verdict(peak)),
        Line(
            f"its trend over {amount(run.events)} further events",
            flat.text,
            f"{gained:+.0f} MB in {run.seconds:.0f} s",
            f"{share * 100:+.1f} %",
            flat.verdict(share),
        ),
    ]
