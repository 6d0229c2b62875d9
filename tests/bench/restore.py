"""Row `restore`: an empty disk, and a changelog that holds several updates of each contact."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Sequence
from itertools import count

from confluent_kafka import Producer

from stream.core.progress import Progress
from stream.engine.changelog import POSITIONS_KEY, Positions
from stream.engine.topology import Topology
from stream.tracker.topology import PROGRESS_TABLE, tracker_topology
from tests.bench.child import result_of
from tests.bench.ground import Ground
from tests.bench.order import Order, Run
from tests.bench.profiles import FULL
from tests.bench.sizes import Sizes
from tests.bench.summary import median
from tests.bench.table import Line, amount
from tests.bench.target import at_least, at_most

PARTITIONS = 4
ROWS_PER_TRANSACTION = 100_000
LAG = "min.compaction.lag.ms"
SCATTER = 104_729
"""A prime: rings of neighbouring rows lie far apart in the random bytes, so they compress as little as real ones."""
CLEAN_WITHIN = 180.0
"""Seconds for the broker's cleaner: it looks every 15 s."""


def restore_lines(ground: Ground, sizes: Sizes) -> list[Line]:
    """Restore the changelog as it was written, then as the broker's cleaner leaves it.

    The rate is that of the log with every update in it. A worker in production meets a log that is compacted but for
    its newest segments: that one must be ready in time.
    """
    prefix = ground.name("restore") + "-"
    ground.open(prefix, PARTITIONS)
    with ground.tracker(prefix, PARTITIONS) as (app_id, state):
        topology = tracker_topology(prefix, app_id)
        ground.configure(topology.changelog, LAG, str(24 * 3_600_000))
        ground.say(f"writing a changelog of {sizes.restored:,} contacts x {sizes.updates} updates")
        _write(ground, topology, sizes)
        order = Order(ground.servers, prefix, app_id, PARTITIONS, state, FULL.name, until="restored")
        written = _restored(ground, order, sizes)
        ground.configure(topology.changelog, LAG, "0")
        cleaned = _cleaned(ground, topology.changelog)
        compacted = _restored(ground, order, sizes)
    rate, ready = at_least(500_000, "500,000 rows/s"), at_most(3, "3 s")
    measured = median([each.rate for each in written])
    took = median([each.seconds for each in written])
    seconds = median([each.seconds for each in compacted])
    rows = median([each.events for each in compacted])
    return [
        Line(
            f"restore, {amount(sizes.restored)} contacts, {sizes.updates} updates of each in the changelog",
            rate.text,
            f"{measured:,.0f} rows/s ({amount(written[0].events)} rows in {took:.1f} s)",
            "",
            rate.verdict(measured),
        ),
        Line(
            f"{amount(sizes.restored)} contacts ready, changelog {'compacted' if cleaned else 'as written'}",
            ready.text,
            f"{seconds:.1f} s ({amount(rows)} rows)",
            "",
            ready.verdict(seconds),
        ),
    ]


def _restored(ground: Ground, order: Order, sizes: Sizes) -> list[Run]:
    runs = []
    for _ in range(sizes.repeats):
        shutil.rmtree(order.state_dir, ignore_errors=True)
        runs.append(Run.of(result_of(order.command())))
        ground.say(f"restored {runs[-1].events:,} rows in {runs[-1].seconds:.2f} s")
    return runs


def _write(ground: Ground, topology: Topology, sizes: Sizes) -> None:
    """Write rows as the tracker's transactions do: rows, then the positions, partition by partition, and a marker."""
    producer = ground.producer(**{"transactional.id": topology.changelog})
    producer.init_transactions()
    prefix, stamp = PROGRESS_TABLE.prefix_bytes, bytes((topology.formats.writes,))
    positions = Positions({topology.lead.topic: 0}, dict.fromkeys(topology.topics, PARTITIONS)).encode(topology.formats)
    hashes = random.Random(1).randbytes(1 << 20)
    rows = count()
    for update in range(1, sizes.updates + 1):
        for start in range(0, sizes.restored, ROWS_PER_TRANSACTION):
            producer.begin_transaction()
            for contact in range(start, min(start + ROWS_PER_TRANSACTION, sizes.restored)):
                at = next(rows) * SCATTER % (len(hashes) - 8 * FULL.dedupe_ids)
                row = Progress([2 * update, update], b"\x01", hashes[at : at + 8 * min(update, FULL.dedupe_ids)])
                value = stamp + PROGRESS_TABLE.codec.encode(row)
                _produce(producer, topology.changelog, contact % PARTITIONS, prefix + b"c-%d" % contact, value)
            for partition in range(PARTITIONS):
                _produce(producer, topology.changelog, partition, POSITIONS_KEY, positions)
            producer.commit_transaction()


def _produce(producer: Producer, topic: str, partition: int, key: bytes, value: bytes) -> None:
    while True:
        try:
            producer.produce(topic, value, key, partition)
        except BufferError:
            producer.poll(0.05)
        else:
            return


def _cleaned(ground: Ground, topic: str) -> bool:
    """Wait until the cleaner has left the log alone for a while; whether it had anything to do and got that far."""
    segments = ground.segments(topic)
    full = sum(segments)
    if len(segments) == PARTITIONS:
        ground.say("nothing to compact: the changelog fits its newest segments")
        return False
    sizes: Sequence[int] = [full]
    deadline = time.monotonic() + CLEAN_WITHIN
    while time.monotonic() < deadline:
        time.sleep(5)
        sizes = [*sizes[-4:], sum(ground.segments(topic))]
        if len(set(sizes)) == 1 and sizes[0] < full:
            ground.say(f"changelog compacted from {full / 1e6:.0f} to {sizes[0] / 1e6:.0f} MB")
            return True
    ground.say(f"the cleaner has not settled: {full / 1e6:.0f} MB, now {sizes[-1] / 1e6:.0f} MB")
    return False
