"""murmur2, as the Java client has it."""

from __future__ import annotations

from collections import Counter

import pytest

from schemas.partitioner import murmur2, partition_of


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
