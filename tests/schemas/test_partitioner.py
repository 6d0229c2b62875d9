"""murmur2, as the Java client has it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.partitioner import murmur2, partition_of, partitions_of


@pytest.mark.parametrize(
    ("key", "java"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_the_hash_is_the_one_of_kafkas_own_tests(key: bytes, java: int) -> None:
    """Golden values of org.apache.kafka.common.utils.UtilsTest.testMurmur2."""
    assert murmur2(key) == java % 2**32


def test_the_partition_is_the_positive_hash_modulo_the_count() -> None:
    """Java's toPositive drops the sign bit; a plain modulo of the signed hash would give others."""
    assert partition_of(b"21", 12) == (-973932308 & 0x7FFFFFFF) % 12
    assert partition_of(b"", 1) == 0


def test_keys_spread_over_all_partitions() -> None:
    counts = Counter(partition_of(f"c-{n}".encode(), 12) for n in range(6000))
    assert set(counts) == set(range(12))
    assert min(counts.values()) > 350


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=9), max_size=120), st.integers(1, 1000))
def test_many_keys_lie_where_each_of_them_does(keys: list[bytes], count: int) -> None:
    """Of all lengths together, few or many of each."""
    assert partitions_of(keys, count) == [partition_of(key, count) for key in keys]


@pytest.mark.parametrize("length", range(70))
@pytest.mark.parametrize("number", [15, 16, 1000])
def test_so_they_do_whatever_their_length(length: int, number: int) -> None:
    """A lane never touches its neighbour: all bits set is the hardest."""
    keys = [bytes((at * 7 + n * 31) % 256 for at in range(length)) for n in range(number - 2)]
    keys += [b"\xff" * length, b"\x00" * length]
    assert partitions_of(keys, 12) == [partition_of(key, 12) for key in keys]
