"""Row `latency`: from an event's produce call to its crossing in the hands of a read_committed reader."""

from __future__ import annotations

import json
import sys
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from schemas.milestone_crossed import EventSource, decode_crossing
from tests.bench.child import ChildProcess
from tests.bench.failure import BenchError
from tests.bench.ground import QUIET, Ground
from tests.bench.peer_program import Peer
from tests.bench.peer_setting import PROMPT, PeerSetting
from tests.bench.product import tracker_entry
from tests.bench.profiles import FULL
from tests.bench.shape import Shape
from tests.bench.sizes import Sizes
from tests.bench.summary import percentile
from tests.bench.table import Line
from tests.bench.target import at_most

PARTITIONS = 4
WARM_SECONDS = 30.0
"""Left out, for all alike: the program starts and joins its group, contacts have not yet come to their first crossing,
and Java compiles, in the broker (p99 144 ms in its first half minute, 43 ms after it) and in the peer."""
QUIET_SECONDS = 5.0
"""No crossing for so long: the last one has come."""


def latency_lines(ground: Ground, sizes: Sizes, peer: Peer | None) -> list[Line]:
    """Measure the tracker, then the peer under each of its prompt settings; each of its two figures is its best one.

    Raises:
        BenchError: too few crossings came.
    """
    ours = _measure(ground, sizes, None, None)
    theirs = [(each, _measure(ground, sizes, peer, each)) for each in PROMPT] if peer is not None else []
    what = f"event produced → crossing read, {sizes.rate:,} events/s (full profile)"
    lines = []
    for share, limit in ((0.50, 25), (0.99, 60)):
        target = at_most(limit, f"{limit} ms")
        measured = percentile(ours, share)
        name = f"p{share * 100:.0f}"
        against = "Streams: java, javac and mvn are not all there"
        if theirs:
            setting, best = min(((each, percentile(found, share)) for each, found in theirs), key=lambda pair: pair[1])
            against = f"{best / measured:.1f} x less ({setting}: {best:.1f} ms)"
        told = f"{name} {measured:.1f} ms of {len(ours):,} crossings"
        lines.append(Line(what, f"{name} {target.text}", told, against, target.verdict(measured)))
        what = "the same"
    return lines


def _measure(ground: Ground, sizes: Sizes, peer: Peer | None, setting: PeerSetting | None) -> list[float]:
    """Producer, program and reader are processes of their own; their monotonic clock is one."""
    shape = Shape(FULL.name, 0, sys.maxsize, PARTITIONS)
    prefix = ground.name("latency") + "-"
    ground.open(prefix, PARTITIONS)
    if peer is None or setting is None:
        entering = tracker_entry(ground, prefix, PARTITIONS, FULL.name, 1)
    else:
        entering = peer.entry(ground, prefix, shape, setting)
    with entering as entry, ChildProcess(entry.commands[0]) as program:
        seconds = WARM_SECONDS + sizes.seconds
        ground.say(f"latency of {setting or 'Cairn'}: {sizes.rate:,} events/s for {seconds:.0f} s")
        load = json.dumps({"servers": ground.servers, "prefix": prefix, "rate": sizes.rate, "seconds": seconds})
        with ChildProcess([sys.executable, "-m", "tests.bench.load", load]) as producer:
            found = _read(ground.servers, entry.outputs.crossings, int(sizes.rate * WARM_SECONDS))
            producer.end()
        program.stop(entry.leaves)
    wanted = int(sizes.rate * sizes.seconds / 50)
    if len(found) < wanted:
        raise BenchError(f"{setting or 'Cairn'}: {len(found)} crossings came, at least {wanted} were to come")
    ground.say(f"p50 {percentile(found, 0.5):.1f} ms, p99 {percentile(found, 0.99):.1f} ms")
    return found


def _read(servers: str, topic: str, warm: int) -> list[float]:
    """Return the milliseconds of each crossing behind the first `warm` events."""
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
    quiet_at = time.monotonic() + WARM_SECONDS + QUIET_SECONDS
    while time.monotonic() < quiet_at:
        message = reader.poll(0.1)
        if message is None or message.error() is not None:
            continue
        now = time.monotonic_ns()
        quiet_at = time.monotonic() + QUIET_SECONDS
        source = decode_crossing(message.value() or b"").source
        if isinstance(source, EventSource):
            number, _, produced = source.event_id.partition("-")
            if int(number) >= warm:
                milliseconds.append((now - int(produced)) / 1e6)
    reader.close()
    return milliseconds
