"""A dispatcher as users run it, `cairn run CHANNEL`, over deliveries that wait in Kafka, to the last commit."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from confluent_kafka import Consumer, TopicPartition

from schemas.channel import Channel
from schemas.delivery import Target, encode_delivery
from schemas.receipt import decode_receipt
from schemas.topics import DELIVERIES, DELIVERY_RECEIPTS
from tests.bench.child import ChildProcess
from tests.bench.deliveries import deliveries
from tests.bench.failure import BenchError
from tests.bench.ground import QUIET, Ground
from tests.bench.order import Run
from tests.bench.settings_file import run_command, write_settings

PARTITIONS = 12
WARM = 2_000
"""Messages before the measured ones: connections stand, templates and figures have been used once."""
LOOK = 0.02
"""Seconds between two looks at the committed offsets."""
PATIENCE = 180.0
"""Seconds after which a run has failed."""
LEASE = 3_600.0
APPS: Mapping[Channel, str] = {"email": "cairn-email", "web_push": "cairn-web-push", "mobile_push": "cairn-mobile-push"}


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """One channel with its settings, as a `cairn.toml` has them, section by section."""

    channel: Channel
    settings: Mapping[str, Mapping[str, object]]
    environment: Mapping[str, str]


def dispatched(ground: Ground, dispatcher: Dispatcher, places: Sequence[Target], count: int) -> Run:
    """Let one run, and return how long `count` messages took: from the commit of the warm ones to the last commit.

    CPU is that of the worker and of its supervisor.

    Raises:
        BenchError: a delivery has not exactly one receipt that says `sent`.
    """
    name = ground.name("dispatch")
    prefix = name + "-"
    ground.open(prefix, PARTITIONS)
    config = ground.state(name)
    config.mkdir(parents=True)
    try:
        topic = prefix + DELIVERIES[dispatcher.channel]
        made = deliveries(places, WARM + count, time.time_ns() // 1_000_000, seconds=LEASE)
        ground.produce(ground.producer(), ((topic, each.contact_id, encode_delivery(each).decode()) for each in made))
        topics = {"prefix": prefix, "partitions": PARTITIONS}
        kafka = {"bootstrap_servers": ground.servers}
        sections: dict[str, Mapping[str, object]] = {"kafka": kafka, "topics": topics, **dispatcher.settings}
        run = _run(ground, dispatcher, prefix, write_settings(config, sections), count)
        _audit(ground, prefix, WARM + count)
        return run
    finally:
        ground.delete(ground.starting_with(prefix))


def _run(ground: Ground, dispatcher: Dispatcher, prefix: str, config: Path, count: int) -> Run:
    role = dispatcher.channel.replace("_", "-")
    with ChildProcess(run_command(config, role), PATIENCE + 30, environment=dispatcher.environment) as child:
        topic = prefix + DELIVERIES[dispatcher.channel]
        group = Consumer({"bootstrap.servers": ground.servers, **QUIET, "group.id": prefix + APPS[dispatcher.channel]})
        wanted = [TopicPartition(topic, each) for each in range(PARTITIONS)]
        try:
            warm, began = _reached(group, wanted, WARM)
            before = _cpu(child.pid)
            done, ended = _reached(group, wanted, WARM + count)
            cpu = _cpu(child.pid) - before
        finally:
            group.close()
        child.stop()
    return Run(events=done - warm, seconds=ended - began, cpu=cpu)


def _reached(group: Consumer, wanted: list[TopicPartition], most: int) -> tuple[int, float]:
    """Wait until so many are committed; returns how many are, and when (s)."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        committed = sum(max(each.offset, 0) for each in group.committed(wanted, 10.0))
        now = time.monotonic()
        if committed >= most:
            return committed, now
        time.sleep(LOOK)
    raise BenchError(f"{most:,} deliveries were not committed within {PATIENCE:.0f} s")


def _cpu(pid: int) -> float:
    """Seconds of CPU of a process and its children."""
    process = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:2]) for each in (process, *process.children(recursive=True)))


def _audit(ground: Ground, prefix: str, count: int) -> None:
    reader = Consumer({"bootstrap.servers": ground.servers, **QUIET, "group.id": "bench", "enable.auto.commit": False})
    topic = prefix + DELIVERY_RECEIPTS
    places = [TopicPartition(topic, each, 0) for each in range(PARTITIONS)]
    left = sum(reader.get_watermark_offsets(each)[1] for each in places)
    reader.assign(places)
    sent: set[str] = set()
    records, deadline = left, time.monotonic() + PATIENCE
    while left and time.monotonic() < deadline:
        for message in reader.consume(min(left, 5_000), 1.0):
            left -= 1
            receipt = decode_receipt(message.value() or b"")
            if receipt.outcome == "sent":
                sent.add(receipt.delivery_id)
    reader.close()
    if len(sent) != count or records != count:
        raise BenchError(f"{count:,} deliveries have {records:,} receipts, of which {len(sent):,} say that it was sent")
