"""Whether keys lie where murmur2 puts them."""

from __future__ import annotations

from schemas.partition_check import PartitionCheck
from schemas.partitioner import partition_of

COUNT = 12
KEYS = [f"c-{number}".encode() for number in range(1_000)]


def test_every_key_is_looked_at() -> None:
    """None is taken on trust, however many were at home before it."""
    home = [key for key in KEYS if partition_of(key, COUNT) == 3]
    astray = [key for key in KEYS if partition_of(key, COUNT) != 3]
    check = PartitionCheck(3, COUNT)
    assert check.misplaced(home * 100) == {}
    assert [*check.misplaced(home * 100 + astray)] == astray


def test_the_rejection_says_which_partition_is_right() -> None:
    astray = next(key for key in KEYS if partition_of(key, COUNT) != 3)
    (rejection,) = PartitionCheck(3, COUNT).misplaced([astray]).values()
    assert rejection.code == "wrong_partition"
    assert f"murmur2 chooses {partition_of(astray, COUNT)} of 12" in rejection.message
    assert "partition 3" in rejection.message
