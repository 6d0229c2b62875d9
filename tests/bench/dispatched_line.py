"""What a dispatcher's rounds come to, in one line of the table."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.order import Run
from tests.bench.summary import median
from tests.bench.table import Line
from tests.bench.target import Target


def dispatched_line(what: str, runs: Sequence[Run], target: Target) -> Line:
    """Return the medians of the rounds against the target, in messages per second."""
    rate, cost = median([each.rate for each in runs]), median([each.cpu_per_event for each in runs])
    measured = f"{rate:,.0f} messages/s, {cost:,.0f} us CPU per message"
    return Line(what, target.text, measured, "", target.verdict(rate))
