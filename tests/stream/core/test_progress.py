"""The row: compact, appendable, exact."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.core.progress import NEAR, STUCK, Progress, decode_progress, encode_progress, fresh
from stream.core.streak import Streak
from tests.stream.core.samples import APPLIED_MS, Contact, counting, event

AMOUNTS = st.integers(-(2**80), 2**80) | st.decimals(allow_nan=False, allow_infinity=False, places=4)
MOMENTS = st.integers(0, 2**42)
STREAKS = st.builds(
    Streak,
    newest_ms=MOMENTS,
    zone=st.sampled_from(["UTC", "Asia/Kathmandu"]),
    runs=st.lists(st.lists(st.integers(0, 40_000), min_size=3, max_size=3), min_size=1, max_size=3),
)
ROWS = st.builds(
    Progress,
    counters=st.lists(AMOUNTS, max_size=5),
    reached=st.binary(max_size=3),
    ring=st.binary(max_size=3),
    peaks=st.none() | st.dictionaries(st.integers(0, 9), AMOUNTS, min_size=1, max_size=3),
    occurrences=st.none() | st.dictionaries(st.integers(0, 9), st.integers(2, 99), min_size=1, max_size=3),
    first_ms=MOMENTS,
    last_day=st.integers(0, 40_000),
    zone=st.none() | st.sampled_from(["UTC", "America/Argentina/ComodRivadavia"]),
    signed_up_ms=st.none() | MOMENTS,
    streaks=st.none() | st.dictionaries(st.integers(0, 9), STREAKS, min_size=1, max_size=2),
    baselines=st.none() | st.dictionaries(st.integers(0, 9), st.tuples(AMOUNTS, MOMENTS), min_size=1, max_size=2),
    nudged=st.none() | st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), min_size=2, max_size=2)),
    active=st.none() | st.dictionaries(st.integers(0, 9), MOMENTS, min_size=1, max_size=2),
    timer_ms=MOMENTS,
    life=st.integers(1, 3),
)


@settings(deadline=None)
@given(ROWS)
def test_a_row_is_read_back_as_it_was_written(row: Progress) -> None:
    """Whole numbers and decimals of any size."""
    assert decode_progress(encode_progress(row)) == row


def test_a_row_of_an_older_release_is_shorter_and_still_a_row() -> None:
    """Fields are appended; what is missing takes its default."""
    assert decode_progress(msgspec.msgpack.encode([[7]])) == Progress([7])
    assert decode_progress(msgspec.msgpack.encode([[7], b"\1"])) == Progress([7], b"\1")
    assert decode_progress(msgspec.msgpack.encode([[7], b"\1", b"", {0: 9}, None])) == Progress(
        [7], b"\1", peaks={0: 9}, first_ms=0, zone=None, life=1
    )


@settings(deadline=None)
@given(ROWS, st.integers(1, 14))
def test_a_row_cut_after_any_field_is_a_row(row: Progress, length: int) -> None:
    """Whichever release wrote it: what it had is kept, the rest is as of a contact who is new."""
    whole = msgspec.msgpack.decode(encode_progress(row))
    cut = decode_progress(msgspec.msgpack.encode(whole[:length]))
    names = Progress.__struct_fields__
    assert [getattr(cut, name) for name in names[:length]] == [getattr(row, name) for name in names[:length]]
    assert [getattr(cut, name) for name in names[length:]] == [getattr(fresh(), name) for name in names[length:]]


def test_the_first_moment_and_the_newest_day_are_kept_in_any_order() -> None:
    """Of the events that were counted, and no others."""
    contact = Contact(counting())
    assert (contact.row.first_ms, contact.row.last_day) == (0, 0)
    day_ms = 86_400_000
    for days, first, last in [(0, 0, 0), (3, 0, 3), (-2, -2, 3), (1, -2, 3)]:
        contact.crossings(event(id=f"e-{days}", at_ms=APPLIED_MS + days * day_ms))
        assert contact.row.first_ms == APPLIED_MS + first * day_ms
        assert contact.row.last_day == APPLIED_MS // day_ms + last
    contact.outcome(event(id="e-0", at_ms=APPLIED_MS - 9 * day_ms))
    assert contact.row.first_ms == APPLIED_MS - 2 * day_ms, "a repeat changes nothing"


def test_nudges_are_remembered_by_milestone_and_kind() -> None:
    """The occurrence that was nudged last."""
    row = fresh()
    row.mark_nudged(3, NEAR, 1)
    row.mark_nudged(3, STUCK, 2)
    row.mark_nudged(5, NEAR, 4)
    assert [row.nudge(*each) for each in [(3, NEAR), (3, STUCK), (5, NEAR), (5, STUCK), (4, NEAR)]] == [1, 2, 4, 0, 0]


def test_a_high_water_mark_starts_at_zero() -> None:
    """Where none is kept it is the counter, unless that fell below zero before there was one."""
    row = Progress([5, -3, 2], peaks={2: 9})
    assert [row.high(metric) for metric in range(4)] == [5, 0, 9, 0]


def test_a_plain_count_costs_few_bytes() -> None:
    """Rows are written for every touch: what is not there is a byte for each field, and days seen are twelve."""
    assert len(encode_progress(Progress([7]))) <= 19
    assert len(encode_progress(Progress([7], b"\7", bytes(128)))) <= 150
    assert len(encode_progress(Progress([7], b"\7", bytes(128), first_ms=2**41, last_day=20_000))) <= 160


def test_bytes_that_are_no_row_are_told() -> None:
    """An error that the engine can catch."""
    with pytest.raises(msgspec.MsgspecError):
        decode_progress(b"\x93\xc1")


@settings(deadline=None)
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
