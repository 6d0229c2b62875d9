"""How Kafka Streams is set up. All ways are tried, and the best of them counts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import product

CACHE_BYTES = 200_000_000
HEAP = "2g"
"""Of which the record cache takes 200 MB; no run was faster with 4."""


class Collector(StrEnum):
    """Java's garbage collector, as its flag names it."""

    PARALLEL = "ParallelGC"
    G1 = "G1GC"


@dataclass(frozen=True, slots=True)
class PeerSetting:
    """Threads, record cache, garbage collector and commit interval."""

    threads: int
    cache_bytes: int = 0
    collector: Collector = Collector.PARALLEL
    commit_ms: int = 1000

    def __str__(self) -> str:
        threads = f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        cache = "record cache" if self.cache_bytes else "no cache"
        return f"Streams, {threads}, {cache}, {self.collector}, {self.commit_ms} ms"

    def java(self) -> list[str]:
        """Return the virtual machine's flags."""
        return [f"-Xmx{HEAP}", f"-XX:+Use{self.collector}"]


ALL = tuple(
    PeerSetting(threads, cache, collector, commit_ms)
    for commit_ms, collector, cache, threads in product((1000, 100), Collector, (0, CACHE_BYTES), (1, 2))
)
"""100 ms is the default under exactly-once."""

FEW = (PeerSetting(1, CACHE_BYTES), PeerSetting(2))
"""For a try: does everything work?"""

BEST = (PeerSetting(1, CACHE_BYTES), PeerSetting(2, CACHE_BYTES))
"""The fastest of each number of threads whenever all were tried, on the full profile and on the bare one: all rows take
half an hour with them, and two hours with the heats of all."""

PROMPT = (PeerSetting(1, 0, Collector.G1, 10), PeerSetting(1, 0, Collector.G1, 100))
"""For latency: a shorter interval is a shorter wait, and the collector with the short pauses. One thread is enough for
5,000 events a second."""
