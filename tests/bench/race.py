"""Contestants that take turns, because the machine's speed drifts: ours, the peer, ours, the peer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.bench.child import result_of
from tests.bench.failure import BenchError
from tests.bench.ground import Ground
from tests.bench.order import Order, Run
from tests.bench.peer_program import Peer
from tests.bench.shape import Shape
from tests.bench.summary import median


class Kind(StrEnum):
    """What reads the events."""

    TRACKER = "tracker"
    STREAMS_1 = "Streams, 1 thread"
    STREAMS_2 = "Streams, 2 threads"
    CACHED_1 = "Streams, 1 thread, record cache"
    CACHED_2 = "Streams, 2 threads, record cache"
    CONSUME = "consume()"


CACHE_BYTES = 200_000_000
PEERS = {
    Kind.STREAMS_1: (1, 0),
    Kind.STREAMS_2: (2, 0),
    Kind.CACHED_1: (1, CACHE_BYTES),
    Kind.CACHED_2: (2, CACHE_BYTES),
}
"""Threads and bytes of record cache of the peer. The best of them counts; which it is depends on keys and machine."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """One program on one input."""

    kind: Kind
    shape: Shape

    def __str__(self) -> str:
        return f"{self.kind} on {self.shape.prefix.rstrip('-')}"


class Race:
    """All runs so far, by contestant."""

    def __init__(self, ground: Ground, peer: Peer | None) -> None:
        self._ground = ground
        self._peer = peer
        self._runs: dict[Contestant, list[Run]] = defaultdict(list)

    def hold(self, contestants: Sequence[Contestant], rounds: int) -> None:
        """Let every contestant run once in every round. Those on Kafka Streams are left out where it is not there.

        Raises:
            BenchError: a run failed, or two programs on one input found different crossings.
        """
        entered = [each for each in dict.fromkeys(contestants) if self._peer is not None or each.kind not in PEERS]
        for shape in dict.fromkeys(each.shape for each in entered):
            self._ground.fill(shape)
        for number in range(1, rounds + 1):
            for each in entered:
                run = self._run(each)
                self._runs[each].append(run)
                self._ground.say(
                    f"round {number} of {rounds}, {each}: {run.rate:,.0f}/s, {run.cpu_per_event:.2f} us CPU per event"
                )
        self._compare()

    def runs(self, contestant: Contestant) -> list[Run]:
        """Return its runs; none when it did not run."""
        return self._runs.get(contestant, [])

    def rate(self, contestant: Contestant) -> float:
        """Return its median events per second."""
        return median([each.rate for each in self.runs(contestant)])

    def cpu_per_event(self, contestant: Contestant) -> float:
        """Return its median microseconds of CPU per event."""
        return median([each.cpu_per_event for each in self.runs(contestant)])

    def best_peer(self, shape: Shape) -> Contestant | None:
        """Return the faster one on Kafka Streams on this input, if there is one."""
        there = [each for each in (Contestant(kind, shape) for kind in PEERS) if self.runs(each)]
        return max(there, key=self.rate, default=None)

    def _run(self, contestant: Contestant) -> Run:
        shape = contestant.shape
        if contestant.kind in PEERS:
            assert self._peer is not None
            return self._peer.run(self._ground, shape, *PEERS[contestant.kind])
        if contestant.kind is Kind.CONSUME:
            order = Order(self._ground.servers, shape.prefix, self._ground.name("consume"), shape.partitions, "",
                          shape.profile, events=shape.events)  # fmt: skip
            return Run.of(result_of(order.command("tests.bench.consumption")))
        return track(self._ground, shape)

    def _compare(self) -> None:
        """The same work must give the same crossings, or the figures compare two different things."""
        found: dict[Shape, dict[int, Contestant]] = defaultdict(dict)
        for contestant, runs in self._runs.items():
            for run in runs:
                if run.crossings is not None:
                    found[contestant.shape][run.crossings] = contestant
        for crossings in found.values():
            if len(crossings) > 1:
                told = "; ".join(f"{contestant}: {count}" for count, contestant in crossings.items())
                raise BenchError(f"not the same work: crossings differ: {told}")


def track(ground: Ground, shape: Shape, *, phases: bool = False, memory: bool = False) -> Run:
    """Run one tracker worker over the whole input, under a fresh app id."""
    with ground.tracker(shape.prefix, shape.partitions) as (app_id, state):
        order = Order(
            ground.servers,
            shape.prefix,
            app_id,
            shape.partitions,
            state,
            shape.profile,
            warm=shape.warm_events,
            events=shape.events,
            phases=phases,
            memory=memory,
        )
        return Run.of(result_of(order.command()))
