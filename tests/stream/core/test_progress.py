"""The row: compact, appendable, exact."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.core.progress import Progress, decode_progress, encode_progress, fresh

AMOUNTS = st.integers(-(2**80), 2**80) | st.decimals(allow_nan=False, allow_infinity=False, places=4)
ROWS = st.builds(
    Progress,
    counters=st.lists(AMOUNTS, max_size=5),
    reached=st.binary(max_size=3),
    ring=st.binary(max_size=3),
    peaks=st.none() | st.dictionaries(st.integers(0, 9), AMOUNTS, min_size=1, max_size=3),
    occurrences=st.none() | st.dictionaries(st.integers(0, 9), st.integers(2, 99), min_size=1, max_size=3),
)


@given(ROWS)
def test_a_row_is_read_back_as_it_was_written(row: Progress) -> None:
    """Whole numbers and decimals of any size."""
    assert decode_progress(encode_progress(row)) == row


def test_a_row_of_an_older_release_is_shorter_and_still_a_row() -> None:
    """Fields are appended; what is missing takes its default."""
    assert decode_progress(msgspec.msgpack.encode([[7]])) == Progress([7])
    assert decode_progress(msgspec.msgpack.encode([[7], b"\1"])) == Progress([7], b"\1")


def test_a_plain_count_costs_few_bytes() -> None:
    """Rows are written for every touch: what is not there is a byte for each field, and days seen are twelve."""
    assert len(encode_progress(Progress([7]))) <= 19
    assert len(encode_progress(Progress([7], b"\7", bytes(128)))) <= 150
    assert len(encode_progress(Progress([7], b"\7", bytes(128), first_ms=2**41, last_day=20_000))) <= 160


def test_bytes_that_are_no_row_are_told() -> None:
    """An error that the engine can catch."""
    with pytest.raises(msgspec.MsgspecError):
        decode_progress(b"\x93\xc1")


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=20))
def test_what_is_reached_stays_reached(marks: list[tuple[int, int]]) -> None:
    """The highest occurrence of each milestone, 0 for one never reached."""
    row, highest = fresh(), dict.fromkeys(range(45), 0)
    for milestone, occurrence in marks:
        if occurrence > highest[milestone]:
            row.reach(milestone, occurrence)
            highest[milestone] = occurrence
    assert {milestone: row.occurrence(milestone) for milestone in highest} == highest


def test_a_counter_that_the_row_does_not_have_yet_is_zero() -> None:
    """A row may be older than a metric."""
    row = Progress([1, Decimal("2.5")])
    assert [row.counter(metric) for metric in range(3)] == [1, Decimal("2.5"), 0]
