from __future__ import annotations

import pytest

from tests.bench.contestant import Cairn
from tests.bench.peer_setting import ALL
from tests.bench.sizes import Sizes
from tests.bench.throughput import Throughput


@pytest.mark.parametrize("row", ["bare", "wide", "full"])
def test_every_row_meets_every_setting_of_the_peer_on_its_own_input(row: str) -> None:
    """The peer's best counts, so all of its settings are tried, on the very events that the tracker reads."""
    throughput = Throughput(Sizes())
    contestants = throughput.contestants([row])
    assert {each.kind for each in contestants if each.is_peer} == set(ALL)
    assert {each.shape for each in contestants} == {throughput.shape(row)}


@pytest.mark.parametrize("row", ["bare", "full"])
def test_two_workers_meet_two_threads(row: str) -> None:
    """What more processes bring is held against what more threads bring."""
    kinds = [each.kind for each in Throughput(Sizes()).contestants([row])]
    assert {Cairn(1), Cairn(2)} <= set(kinds)


def test_rows_share_their_runs() -> None:
    """The price of dedupe is held against the very runs of the full profile, which happen once."""
    throughput = Throughput(Sizes())
    both, full = throughput.contestants(["full", "dedupe"]), throughput.contestants(["full"])
    assert len(both) == len(full) + 1
    assert len(set(both)) == len(both)


def test_the_settings_are_all_different_and_cover_what_java_offers() -> None:
    """One and two threads, with and without record cache, two collectors, two intervals."""
    assert len(set(ALL)) == len({str(each) for each in ALL}) == 16
