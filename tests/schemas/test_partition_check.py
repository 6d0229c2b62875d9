"""The sampled check of the partitioner."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.partition_check import FIRST_RECORDS, ONE_IN, PartitionCheck, PartitionChecking
from schemas.partitioner import partition_of

COUNT = 12
HOME = [key for n in range(40_000) if partition_of(key := f"c-{n}".encode(), COUNT) == 3]
ASTRAY = next(key for n in range(99) if partition_of(key := f"c-{n}".encode(), COUNT) != 3)


def check(checking: PartitionChecking) -> PartitionCheck:
    return PartitionCheck(checking, partition=3, count=COUNT)


def sampling_after_the_first(keys: Sequence[bytes] = HOME) -> PartitionCheck:
    one = check(PartitionChecking.SAMPLE)
    assert one.misplaced(keys[:FIRST_RECORDS]) == []
    return one


def test_all_looks_at_every_record() -> None:
    one = check(PartitionChecking.ALL)
    assert one.misplaced(HOME[:2000]) == []
    assert one.misplaced([HOME[0], ASTRAY, HOME[1], ASTRAY]) == [1, 3]


def test_off_looks_at_none() -> None:
    one = check(PartitionChecking.OFF)
    assert one.misplaced([ASTRAY]) == []
    assert one.misplaced_newcomers([ASTRAY] * 1000) == []


def test_a_sample_looks_at_the_first_thousand_records_and_then_not() -> None:
    one = check(PartitionChecking.SAMPLE)
    assert one.misplaced(HOME[: FIRST_RECORDS - 1]) == []
    assert one.misplaced([ASTRAY, HOME[0]]) == [0]
    assert sampling_after_the_first().misplaced([ASTRAY]) == []


def test_a_batch_that_passes_the_thousandth_is_looked_at_up_to_it() -> None:
    one = check(PartitionChecking.SAMPLE)
    assert one.misplaced([*HOME[:FIRST_RECORDS], ASTRAY]) == []


def test_then_one_in_two_hundred_newcomers_is_looked_at() -> None:
    """However the newcomers come in batches."""
    for sizes in ([ONE_IN], [1] * ONE_IN, [7] * 30):
        one = sampling_after_the_first()
        looked = [one.misplaced_newcomers([ASTRAY] * size) for size in sizes]
        assert any(looked)
    quiet = sampling_after_the_first()
    quiet.misplaced_newcomers(HOME[:1])
    for _ in range(ONE_IN - 1):
        assert quiet.misplaced_newcomers([ASTRAY]) == []
    assert quiet.misplaced_newcomers([ASTRAY]) == [0]


def test_one_hit_makes_it_all() -> None:
    """The rest of the batch too, and every record from then on."""
    one = sampling_after_the_first()
    assert one.misplaced_newcomers([ASTRAY, HOME[0], ASTRAY]) == [0, 2]
    assert one.misplaced([HOME[0], ASTRAY]) == [1]
    first = check(PartitionChecking.SAMPLE)
    assert first.misplaced([*HOME[:999], ASTRAY, HOME[0], ASTRAY]) == [999, 1001]


def test_the_rejection_says_which_partition_is_right() -> None:
    rejection = check(PartitionChecking.ALL).rejection(ASTRAY)
    assert rejection.code == "wrong_partition"
    assert f"murmur2 chooses {partition_of(ASTRAY, COUNT)} of 12" in rejection.message
    assert "partition 3" in rejection.message
