"""Watches programs from outside, all in the same way: the offsets that they commit, their CPU, their memory."""

from __future__ import annotations

import time
from collections.abc import Sequence

import psutil
from confluent_kafka import Consumer, TopicPartition

from schemas.topics import USAGE_EVENTS
from tests.bench.child import ChildProcess
from tests.bench.entry import Entry
from tests.bench.failure import BenchError
from tests.bench.ground import QUIET
from tests.bench.observation import Look, Observation
from tests.bench.order import Run
from tests.bench.shape import Shape
from tests.system.group_offsets import GroupOffsets

PAUSE = 0.02
"""Seconds between two looks: 2 % of a run of a second, 0.1 % of one of twenty. A look costs some 2 ms of one core."""
PATIENCE = 1800.0
"""Seconds for a whole input; the slowest on record, five million wide keys in Java, took 90."""


def observe(servers: str, shape: Shape, entry: Entry) -> Run:
    """Run the programs of an entry through the input of `shape`, and return what was measured.

    Raises:
        BenchError: one of them ended, or they did not come to the end, or committed all at once.
    """
    observation = Observation(shape.warm_events + shape.events, shape.warm_events)
    watch(servers, shape.prefix, shape.partitions, entry, observation)
    try:
        return observation.run()
    except RuntimeError as error:
        raise BenchError(f"{error}: more events would help") from error


def watch(servers: str, prefix: str, count: int, entry: Entry, observation: Observation) -> None:
    """Start the programs of an entry, watch them through the whole input under a prefix, and stop them.

    Raises:
        BenchError: one of them ended, or they did not come to the end.
    """
    topic = f"{prefix}{USAGE_EVENTS}"
    offsets = GroupOffsets(servers, entry.group, waits=False)
    partitions = [(topic, each) for each in range(count)]
    changelog = _Changelog(servers, entry.changelog, count)
    programs = [ChildProcess(each, PATIENCE) for each in entry.commands]
    try:
        meters = [Meter(each.pid) for each in programs]
        deadline = time.monotonic() + PATIENCE
        while True:
            committed = sum(offsets.ask(partitions).values())
            cpu, resident = (sum(figures) for figures in zip(*(each.read() for each in meters), strict=True))
            ends = committed >= observation.events or (not observation.is_running and committed >= observation.warm)
            rows = changelog.records() if ends else 0
            if observation.take(Look(time.perf_counter(), cpu, committed, resident, rows)):
                break
            for each in programs:
                each.check()
            if time.monotonic() > deadline:
                raise BenchError(f"{committed:,} of {observation.events:,} events within {PATIENCE:.0f} s")
            time.sleep(PAUSE)
        for each in programs:
            each.stop(entry.leaves)
    finally:
        for each in programs:
            each.__exit__(None, None, None)
        changelog.close()


class Meter:
    """CPU and memory of a process and all that it started."""

    RENEWED = 1.0
    """Seconds between two looks for new children."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._all = [self._root]
        self._renewed = 0.0

    def read(self) -> tuple[float, float]:
        """Return seconds of CPU, user and system, and resident MB; a process that has ended has none."""
        if time.monotonic() - self._renewed > self.RENEWED:
            self._renewed = time.monotonic()
            try:
                self._all = [self._root, *self._root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return 0.0, 0.0
        cpu = resident = 0.0
        for each in self._all:
            try:
                times = each.cpu_times()
                cpu += times.user + times.system
                resident += each.memory_info().rss / 1e6
            except (psutil.NoSuchProcess, psutil.ZombieProcess):
                continue
        return cpu, resident


class _Changelog:
    """How many records lie in a topic, markers of transactions included; 0 where there is none."""

    def __init__(self, servers: str, topic: str | None, partitions: int) -> None:
        self._partitions: Sequence[TopicPartition] = [
            TopicPartition(topic, each) for each in range(partitions) if topic
        ]
        self._consumer = Consumer({"bootstrap.servers": servers, "group.id": "bench-changelog", **QUIET})

    def records(self) -> int:
        return sum(self._consumer.get_watermark_offsets(each, timeout=10)[1] for each in self._partitions)

    def close(self) -> None:
        self._consumer.close()
