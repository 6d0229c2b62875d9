"""Row `fcm`: one sender of mobile push against a local FCM in a process of its own."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.child import ChildProcess, result_of
from tests.bench.order import Run
from tests.bench.sizes import Sizes
from tests.bench.summary import median
from tests.bench.table import Line
from tests.bench.target import at_least

IN_FLIGHT = 100
"""The default of the dispatchers."""
DEVICES = 100


def fcm_lines(sizes: Sizes, say: Callable[[str], None]) -> list[Line]:
    """Send `sizes.pushes` messages in each round; the median counts.

    Raises:
        BenchError: a message was not delivered.
    """
    say(f"fcm: {sizes.pushes:,} messages, {IN_FLIGHT} in flight")
    with (
        tempfile.TemporaryDirectory(prefix="cairn-bench-fcm-") as folder,
        ChildProcess([sys.executable, "-m", "tests.bench.fcm_fake", str(DEVICES)]) as fake,
    ):
        found = fake.line()
        key = Path(folder) / "key.json"
        key.touch(0o600)
        key.write_text(json.dumps(found["key"]), "utf-8")
        order = {
            "url": found["url"],
            "key": str(key),
            "devices": found["devices"],
            "warm": sizes.pushes // 10,
            "messages": sizes.pushes,
            "in_flight": IN_FLIGHT,
        }
        command = [sys.executable, "-m", "tests.bench.fcm_sender", json.dumps(order)]
        runs = [Run.of(result_of(command)) for _ in range(sizes.repeats)]
    target = at_least(500, "500 messages/s")
    rate, cpu = median([each.rate for each in runs]), median([each.cpu_per_event for each in runs])
    measured = f"{rate:,.0f}/s, {cpu:,.0f} us of CPU a message"
    return [Line(f"FCM, {IN_FLIGHT} in flight, to a local fake", target.text, measured, "", target.verdict(rate))]
