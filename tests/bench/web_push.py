"""Row `web-push`: messages encrypted, signed and handed to a push service that takes everything at once."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable

from tests.bench.child import ChildProcess, result_of
from tests.bench.sizes import Sizes
from tests.bench.summary import median
from tests.bench.table import Line
from tests.bench.target import at_least
from tests.bench.web_push_sender import order_of


def web_push_lines(say: Callable[[str], None], sizes: Sizes) -> list[Line]:
    """Measure one sender process, 100 messages in flight, to a push service in a process of its own, over TLS.

    Raises:
        BenchError: a message was not taken.
    """
    target = at_least(1_500, "1,500/s")
    rates, costs = [], []
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder:
        for _ in range(sizes.repeats):
            with ChildProcess([sys.executable, "-m", "tests.bench.web_push_sink", folder]) as sink:
                place = sink.line()
                order = order_of(place["url"], place["ca_file"], sizes.pushed)
                run = result_of([sys.executable, "-m", "tests.bench.web_push_sender", order])
            rates.append(run["messages"] / run["seconds"])
            costs.append(run["cpu"] / run["messages"] * 1e6)
            say(f"web-push: {rates[-1]:,.0f} messages/s, {costs[-1]:.0f} us of CPU each")
    measured = median(rates)
    return [
        Line(
            "web push, encrypted, to a push service on this machine (TLS, 100 in flight)",
            target.text,
            f"{measured:,.0f}/s, {median(costs):.0f} us of CPU each",
            "",
            target.verdict(measured),
        )
    ]
