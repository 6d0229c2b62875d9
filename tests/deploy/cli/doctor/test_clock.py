"""A broker's stamp is judged between two moments of ours."""

from __future__ import annotations

import pytest

from deploy.cli.doctor.check import Mark
from deploy.cli.doctor.clock import judged, partition_of_id


@pytest.mark.parametrize(
    ("stamp", "mark", "said"),
    [
        (1_000_000, Mark.OK, "within"),
        (1_000_400, Mark.OK, "within"),
        (995_000, Mark.OK, "within"),
        (990_000, Mark.WARN, "10 s ahead of"),
        (1_010_400, Mark.WARN, "10 s behind"),
        (400_000, Mark.FAIL, "600 s ahead of"),
        (1_600_400, Mark.FAIL, "600 s behind"),
    ],
)
def test_only_what_no_delay_explains_is_a_difference(stamp: int, mark: Mark, said: str) -> None:
    """The question took 0.4 s."""
    found = judged(1_000_000, 1_000_400, stamp)

    assert found.mark is mark
    assert said in found.finding
    assert (found.cure is None) == (mark is Mark.OK)


@pytest.mark.parametrize(
    ("transactional_id", "hash_code"),
    [
        ("", 0),
        ("a", 97),
        ("hello", 99162322),
        ("polygenelubricants", -(1 << 31)),  # Java's abs() of it is negative; Kafka takes 0
        ("\U0001f389", 31 * 0xD83C + 0xDF89),  # two UTF-16 units
    ],
)
def test_the_partition_of_an_id_is_the_brokers(transactional_id: str, hash_code: int) -> None:
    """By Java's hash of the text, of which these are known values."""
    for partitions in (1, 4, 50):
        expected = 0 if hash_code == -(1 << 31) else abs(hash_code) % partitions
        assert partition_of_id(transactional_id, partitions) == expected
