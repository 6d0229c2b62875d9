from __future__ import annotations

from itertools import pairwise

from tests.bench.contestant import Cairn, Contestant, spread
from tests.bench.load import APART, ROUNDS, contact_of
from tests.bench.peer_setting import ALL, Collector, PeerSetting
from tests.bench.race import finalists
from tests.bench.shape import Shape

SHAPE = Shape("full", 10, 20)


def test_ours_lie_apart_among_the_peers() -> None:
    """A machine that slows down meets both alike, and everybody runs once."""
    ours = [Contestant(Cairn(each), SHAPE) for each in (1, 2)]
    peers = [Contestant(each, SHAPE) for each in ALL[:4]]
    assert spread(ours, peers) == [ours[0], *peers[:2], ours[1], *peers[2:]]
    assert spread([], peers) == peers
    assert spread(ours, []) == ours


def test_the_heat_keeps_the_fastest_of_each_number_of_threads_and_input() -> None:
    """So that one and two threads both have their best in the rounds, whatever the other does."""
    rates = {Contestant(each, SHAPE): number for number, each in enumerate(ALL)}
    kept = finalists(list(rates), lambda each: float(rates[each]))
    assert [rates[each] for each in kept] == [12, 13, 14, 15]
    assert {each.kind.threads for each in kept if isinstance(each.kind, PeerSetting)} == {1, 2}


def test_flags_of_java_name_heap_and_collector() -> None:
    """The two collectors are asked for by name: the default depends on the machine."""
    assert PeerSetting(1, 0, Collector.G1).java() == ["-Xmx2g", "-XX:+UseG1GC"]


def test_the_load_brings_a_crossing_with_every_twelfth_event() -> None:
    """Each contact has twelve events, about a second apart at 5,000 a second, and the tenth event crosses."""
    events = [number for number in range(200_000) if contact_of(number) == 1_000]
    assert len(events) == ROUNDS
    assert {after - before for before, after in pairwise(events)} == {ROUNDS * APART + 1}
