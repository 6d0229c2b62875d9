"""Topics in memory give offsets as Kafka does: what a test on them proves, holds there."""

from __future__ import annotations

import pytest

from stream.testing.log import Log, Partition


def offsets(partition: Partition, start: int = 0, limit: int = 100) -> list[int]:
    return [each.offset() for each in partition.read(start, limit)]


def test_a_record_has_what_it_was_given() -> None:
    """The client's own message, with key, value, headers and times; no headers are None, as on Kafka."""
    partition = Partition("in", 3)
    record = partition.append(b"k", None, [("a", b"1")], 77)
    assert (record.topic(), record.partition(), record.offset()) == ("in", 3, 0)
    assert (record.key(), record.value(), record.headers(), record.timestamp()) == (b"k", None, [("a", b"1")], (1, 77))
    assert partition.append(None, b"", (), 0).headers() is None


def test_markers_and_aborted_records_take_offsets() -> None:
    """Two records, their marker, an aborted one, its marker: the next record is number 5."""
    partition = Partition("in", 0)
    partition.end([partition.open(b"a", b"", (), 0), partition.open(b"b", b"", (), 0)], commit=True)
    partition.end([partition.open(b"c", b"", (), 0)], commit=False)
    assert partition.append(b"d", b"", (), 0).offset() == 5
    assert offsets(partition) == [0, 1, 5]
    assert (partition.low, partition.high) == (0, 6)


def test_nothing_behind_an_open_transaction_is_read() -> None:
    """The last stable offset: a read_committed reader waits, and then sees all in offset order."""
    partition = Partition("in", 0)
    partition.append(b"a", b"", (), 0)
    opened = partition.open(b"b", b"", (), 0)
    partition.append(b"c", b"", (), 0)
    assert (partition.stable, partition.high, offsets(partition)) == (1, 3, [0])
    partition.end([opened], commit=True)
    assert (partition.stable, offsets(partition)) == (4, [0, 1, 2])


def test_reading_starts_anywhere_and_keeps_to_its_limit() -> None:
    """Between offsets, at the end and beyond it."""
    partition = Partition("in", 0)
    for _ in range(3):
        partition.end([partition.open(b"k", b"", (), 0)], commit=True)
    assert offsets(partition) == [0, 2, 4]
    assert offsets(partition, 1) == [2, 4]
    assert offsets(partition, 1, limit=1) == [2]
    assert offsets(partition, 5) == offsets(partition, 50) == []


def test_compaction_keeps_the_last_of_each_key_and_its_offset() -> None:
    """Tombstones too: they are the last word within delete.retention.ms."""
    partition = Partition("log", 0)
    for key, value in [(b"a", b"1"), (b"b", b"1"), (b"a", b"2"), (b"b", None)]:
        partition.append(key, value, (), 0)
    partition.compact()
    assert [(each.offset(), each.value()) for each in partition.read(0, 9)] == [(2, b"2"), (3, None)]
    assert (partition.low, partition.high) == (0, 4)


def test_retention_moves_the_start() -> None:
    """Never beyond the end, never back."""
    partition = Partition("in", 0)
    for _ in range(3):
        partition.append(b"k", b"", (), 0)
    partition.delete_before(2)
    assert (partition.low, offsets(partition)) == (2, [2])
    partition.delete_before(1)
    partition.delete_before(99)
    assert (partition.low, partition.high) == (3, 3)


def test_unknown_names_say_what_there_is() -> None:
    """A mistyped name in a test is an error, not an empty topic."""
    log = Log(["in", "out"], 2)
    with pytest.raises(LookupError, match="no topic 'on'; it has in, out"):
        log.partition("on", 0)
    with pytest.raises(LookupError, match="0 to 1, not -1"):
        log.partition("in", -1)
