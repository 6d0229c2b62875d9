"""Row `latency`: from an event's produce call to its crossing in the hands of a read_committed reader."""

from __future__ import annotations

import json
import sys
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from schemas.milestone_crossed import EventSource, decode_crossing
from schemas.topics import MILESTONE_CROSSED
from tests.bench.child import ChildProcess
from tests.bench.failure import BenchError
from tests.bench.ground import QUIET, Ground
from tests.bench.order import Order
from tests.bench.profiles import STEADY
from tests.bench.sizes import Sizes
from tests.bench.summary import percentile
from tests.bench.table import Line
from tests.bench.target import at_most

PARTITIONS = 4
WARM_SECONDS = 20.0
"""Left out: the group has just joined, contacts have not yet come to their first crossing, and a broker that has just
started compiles its code on the same cores (p99 144 ms in its first half minute, 43 ms after it)."""
QUIET_SECONDS = 5.0
"""No crossing for so long: the last one has come."""


def latency_lines(ground: Ground, sizes: Sizes) -> list[Line]:
    """Measure once. Producer, tracker and reader are three processes; their monotonic clock is one.

    Raises:
        BenchError: too few crossings came.
    """
    milliseconds = sorted(_measure(ground, sizes))
    wanted = int(sizes.rate * sizes.seconds / 50)
    if len(milliseconds) < wanted:
        raise BenchError(f"{len(milliseconds)} crossings came, at least {wanted} were to come")
    what = f"event produced → crossing read, {sizes.rate:,} events/s (full profile)"
    lines = []
    for share, limit in ((0.50, 30), (0.99, 100)):
        target = at_most(limit, f"{limit} ms")
        measured = percentile(milliseconds, share)
        told = f"p{share * 100:.0f} {measured:.1f} ms of {len(milliseconds):,} crossings"
        lines.append(Line(what, f"p{share * 100:.0f} {target.text}", told, "", target.verdict(measured)))
        what = "the same"
    return lines


def _measure(ground: Ground, sizes: Sizes) -> list[float]:
    prefix = ground.name("latency") + "-"
    ground.open(prefix, PARTITIONS)
    with ground.tracker(prefix, PARTITIONS) as (app_id, state):
        order = Order(ground.servers, prefix, app_id, PARTITIONS, state, STEADY.name, until="told")
        with ChildProcess(order.command()) as tracker:
            tracker.line()
            seconds = WARM_SECONDS + sizes.seconds
            ground.say(f"latency: {sizes.rate:,} events/s for {seconds:.0f} s")
            load = json.dumps({"servers": ground.servers, "prefix": prefix, "rate": sizes.rate, "seconds": seconds})
            with ChildProcess([sys.executable, "-m", "tests.bench.load", load]) as producer:
                found = _read(ground.servers, prefix + MILESTONE_CROSSED)
                producer.end()
            tracker.stop()
    return found


def _read(servers: str, topic: str) -> list[float]:
    """Return the milliseconds of each crossing after the warm-up."""
    reader = Consumer(
        {
            "bootstrap.servers": servers,
            **QUIET,
            "group.id": "bench-reader",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
        }
    )
    reader.assign([TopicPartition(topic, each, OFFSET_BEGINNING) for each in range(PARTITIONS)])
    milliseconds: list[float] = []
    first: int | None = None
    quiet_at = time.monotonic() + WARM_SECONDS + QUIET_SECONDS
    while time.monotonic() < quiet_at:
        message = reader.poll(0.1)
        if message is None or message.error() is not None:
            continue
        now = time.monotonic_ns()
        quiet_at = time.monotonic() + QUIET_SECONDS
        source = decode_crossing(message.value() or b"").source
        if isinstance(source, EventSource):
            produced = int(source.event_id.rpartition("-")[2])
            first = first or produced
            if produced - first >= WARM_SECONDS * 1e9:
                milliseconds.append((now - produced) / 1e6)
    reader.close()
    return milliseconds
