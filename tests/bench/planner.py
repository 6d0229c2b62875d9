"""Row `planner`: from crossings in Kafka to their decisions and deliveries, committed."""

from __future__ import annotations

import shutil
import time

from schemas.topics import CONTACTS, MILESTONE_CROSSED, MILESTONE_RULES, PLANNER_APP, topics
from tests.bench.celebrants import Celebrants, Hours, rules
from tests.bench.child import result_of
from tests.bench.failure import BenchError
from tests.bench.ground import Ground
from tests.bench.planner_order import PlannerOrder, PlannerRun
from tests.bench.rules import apply_once
from tests.bench.sizes import Sizes
from tests.bench.summary import median
from tests.bench.table import Line
from tests.bench.target import at_least

PARTITIONS = 4
CASES: tuple[tuple[Hours, str], ...] = (
    ("open", "no window in the way"),
    ("closed", "each waits for a window, and goes out when it opens"),
)


def planner_lines(ground: Ground, sizes: Sizes) -> list[Line]:
    """Let new planners celebrate `sizes.celebrated` contacts in each round; the median counts.

    Raises:
        BenchError: a crossing was not decided on.
    """
    lines = []
    runs: dict[Hours, list[PlannerRun]] = {hours: [] for hours, _ in CASES}
    for _ in range(sizes.repeats):
        for hours, _what in CASES:
            runs[hours].append(_run(ground, Celebrants(sizes.celebrated), hours))
    for hours, what in CASES:
        target = at_least(20_000, "20,000 crossings/s") if hours == "open" else None
        rate = median([each.rate for each in runs[hours]])
        cpu = median([each.cpu_per_crossing for each in runs[hours]])
        told = runs[hours][0]
        lines.append(
            Line(
                f"planner, {what}: {told.decisions / told.crossings:.1f} decisions and "
                f"{told.deliveries / told.crossings:.1f} deliveries of each crossing",
                target.text if target else "",
                f"{rate:,.0f} crossings/s, {cpu:.0f} us CPU per crossing",
                "",
                target.verdict(rate) if target else "",
            )
        )
    return lines


def _run(ground: Ground, celebrants: Celebrants, hours: Hours) -> PlannerRun:
    prefix = ground.name("planner") + "-"
    for each in topics(prefix, PARTITIONS):
        ground.create(each.name, each.partitions, each.configs)
    now_ms = time.time_ns() // 1_000_000
    apply_once(ground.servers, prefix + MILESTONE_RULES, rules(hours, now_ms))
    crossings = list(celebrants.crossings(now_ms))
    ground.produce(ground.producer(), ((prefix + CONTACTS, key, value) for key, value in celebrants.profiles()))
    ground.produce(ground.producer(), ((prefix + MILESTONE_CROSSED, key, value) for key, value in crossings))
    state = ground.state(prefix)
    order = PlannerOrder(ground.servers, prefix, PLANNER_APP, PARTITIONS, str(state), len(crossings))
    try:
        run = PlannerRun(**result_of(order.command()))
    finally:
        shutil.rmtree(state, ignore_errors=True)
        ground.delete(ground.starting_with(prefix))
    if run.decisions != 3 * run.crossings:
        raise BenchError(f"{run.decisions:,} decisions on {run.crossings:,} crossings")
    ground.say(
        f"planner, {hours}: {run.rate:,.0f} crossings/s, {run.cpu_per_crossing:.1f} us CPU, {run.commits} commits"
    )
    return run
