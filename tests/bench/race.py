"""Contestants that take turns, because the machine's speed drifts: ours, the peer, ours, the peer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from tests.bench.child import result_of
from tests.bench.contestant import Cairn, Consume, Contestant, spread
from tests.bench.failure import BenchError
from tests.bench.ground import Ground
from tests.bench.observer import observe
from tests.bench.order import Order, Run
from tests.bench.outcome import Outcome, outcome_of
from tests.bench.peer_program import Peer
from tests.bench.peer_setting import PeerSetting
from tests.bench.product import tracker_entry
from tests.bench.profiles import PROFILES
from tests.bench.reader import Reader
from tests.bench.shape import Shape
from tests.bench.summary import median

FINALISTS = 2
"""Settings of the peer for each number of threads that come out of the heat: the fastest ones of one run each."""

Runs = dict[Contestant, list[Run]]


class Race:
    """All runs so far, by contestant."""

    def __init__(self, ground: Ground, peer: Peer | None) -> None:
        self._ground = ground
        self._peer = peer
        self._runs: Runs = defaultdict(list)
        self._outcomes: dict[Shape, tuple[Contestant, Outcome]] = {}

    def hold(self, contestants: Sequence[Contestant], rounds: int) -> None:
        """Let every contestant run once in every round. Those on Kafka Streams are left out where it is not there.

        The peer's settings run a heat first, which chooses those that take part and counts for nothing else.

        Raises:
            BenchError: a run failed, or two programs on one input wrote different things.
        """
        entered = [each for each in dict.fromkeys(contestants) if self._peer is not None or not each.is_peer]
        for shape in dict.fromkeys(each.shape for each in entered):
            self._ground.fill(shape)
        peers = [each for each in entered if each.is_peer]
        ours = [each for each in entered if not each.is_peer]
        heat = {each: self._told(each, "heat") for each in peers if len(finalists(peers, lambda _: 0.0)) < len(peers)}
        peers = finalists(peers, lambda each: heat[each].rate if heat else 0.0)
        for number in range(1, rounds + 1):
            for each in spread(ours, peers):
                self._runs[each].append(self._told(each, f"round {number} of {rounds}"))

    def runs(self, contestant: Contestant) -> list[Run]:
        """Return its runs; none when it did not run."""
        return self._runs.get(contestant, [])

    def rate(self, contestant: Contestant) -> float:
        """Return its median events per second."""
        return median([each.rate for each in self.runs(contestant)])

    def cpu_per_event(self, contestant: Contestant) -> float:
        """Return its median microseconds of CPU per event."""
        return median([each.cpu_per_event for each in self.runs(contestant)])

    def cpu_per_row(self, contestant: Contestant) -> float:
        """Return its median microseconds of CPU per row written."""
        return median([each.cpu / max(each.rows, 1) * 1e6 for each in self.runs(contestant)])

    def memory(self, contestant: Contestant) -> tuple[float, float]:
        """Return its median resident MB, at the peak and at the end."""
        runs = self.runs(contestant)
        return median([each.peak for each in runs]), median([each.end for each in runs])

    def best_peer(self, shape: Shape, threads: int | None = None) -> Contestant | None:
        """Return the fastest one on Kafka Streams on this input, with so many threads if asked; None without one."""
        there = [
            each
            for each in self._runs
            if each.shape == shape
            and isinstance(each.kind, PeerSetting)
            and (threads is None or each.kind.threads == threads)
        ]
        return max(there, key=self.rate, default=None)

    def cheapest_peer(self, shape: Shape) -> Contestant | None:
        """Return the one on Kafka Streams that takes the least CPU per event."""
        there = [each for each in self._runs if each.shape == shape and each.is_peer]
        return min(there, key=self.cpu_per_event, default=None)

    def _told(self, contestant: Contestant, when: str) -> Run:
        run = self._run(contestant)
        self._ground.say(
            f"{when}, {contestant}: {run.rate:,.0f}/s, {run.cpu_per_event:.2f} us CPU per event, "
            f"{run.peak:.0f} MB, wrote {run.outcome or 'nothing'}"
        )
        self._compare(contestant, run)
        return run

    def _run(self, contestant: Contestant) -> Run:
        shape, kind = contestant.shape, contestant.kind
        if isinstance(kind, Consume):
            order = Order(self._ground.servers, shape.prefix, self._ground.name("consume"), shape.partitions, "",
                          shape.profile, events=shape.events)  # fmt: skip
            return Run.of(result_of(order.command("tests.bench.consumption")))
        if isinstance(kind, Cairn):
            entering = tracker_entry(self._ground, shape.prefix, shape.partitions, shape.profile, kind.workers)
        else:
            assert self._peer is not None
            entering = self._peer.entry(self._ground, shape.prefix, shape, kind)
        with entering as entry:
            reader = Reader(self._ground.servers, shape.partitions)
            try:
                since = reader.ends(entry.outputs)
                run = observe(self._ground.servers, shape, entry)
                outcome = outcome_of(reader.records(entry.outputs, since), strict=PROFILES[shape.profile].strict)
            finally:
                reader.close()
        return run.with_outcome(outcome)

    def _compare(self, contestant: Contestant, run: Run) -> None:
        """The same work must give the same records, or the figures compare two different things."""
        if run.outcome is None:
            return
        other, outcome = self._outcomes.setdefault(contestant.shape, (contestant, run.outcome))
        if not run.outcome.same_as(outcome):
            raise BenchError(f"not the same work: {other}: {outcome}; {contestant}: {run.outcome}")


def finalists(peers: Sequence[Contestant], rate: Callable[[Contestant], float]) -> list[Contestant]:
    """Return the fastest settings of each number of threads on each input, in their order."""
    groups: dict[tuple[Shape, int], list[Contestant]] = defaultdict(list)
    for each in peers:
        assert isinstance(each.kind, PeerSetting)
        groups[each.shape, each.kind.threads].append(each)
    chosen = {each for group in groups.values() for each in sorted(group, key=rate, reverse=True)[:FINALISTS]}
    return [each for each in peers if each in chosen]


def track(ground: Ground, shape: Shape, *, phases: bool = False, memory: bool = False) -> Run:
    """Run one tracker worker over the whole input, under a fresh app id, and measure it from within."""
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
