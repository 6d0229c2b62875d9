from __future__ import annotations

import pytest

from tests.bench.race import PEERS, Kind
from tests.bench.sizes import Sizes
from tests.bench.throughput import Throughput


@pytest.mark.parametrize("row", ["bare", "wide", "full"])
def test_every_row_meets_every_setting_of_the_peer(row: str) -> None:
    """The peer's best counts, so each row needs all of its settings in the same rounds, and the tracker once."""
    throughput = Throughput(Sizes())
    kinds = [each.kind for each in throughput.contestants([row])]
    assert set(PEERS) <= set(kinds)
    assert kinds.count(Kind.TRACKER) == 1


def test_rows_share_the_runs_of_the_peer() -> None:
    """The full profile is held against the very runs that the bare one is held against."""
    throughput = Throughput(Sizes())
    both, bare = throughput.contestants(["bare", "full"]), throughput.contestants(["bare"])
    assert len(both) == len(bare) + 1
    assert len(set(both)) == len(both)
