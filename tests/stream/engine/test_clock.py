"""The clock of a task is what its inputs prove (engine rule 16)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stream.engine.clock import Clock

LEAD, OTHER = "lead", "other"


def test_it_is_wall_time_when_every_input_is_read_to_the_end_asked_for_then() -> None:
    """Not a moment earlier: one record short on one input, and it is not."""
    clock = Clock()
    clock.expect(1000, {LEAD: 5, OTHER: 3})
    assert clock.read({LEAD: 5, OTHER: 2}, {}) == 0
    assert clock.read({LEAD: 9, OTHER: 3}, {}) == 1000
    assert not clock.waiting


def test_while_behind_it_is_the_lowest_timestamp_processed_on_what_lags() -> None:
    """Inputs at their end do not hold it back, however old their last record is."""
    clock = Clock()
    clock.expect(1000, {LEAD: 5, OTHER: 3, "quiet": 1})
    assert clock.read({LEAD: 4, OTHER: 2, "quiet": 1}, {LEAD: 700, OTHER: 300, "quiet": 1}) == 300
    assert clock.read({LEAD: 4, OTHER: 3, "quiet": 1}, {LEAD: 700, OTHER: 999, "quiet": 1}) == 700


def test_an_input_of_which_nothing_was_read_yet_proves_nothing() -> None:
    """The unread record may be of any time."""
    clock = Clock()
    clock.expect(1000, {LEAD: 5, OTHER: 3})
    assert clock.read({LEAD: 4, OTHER: 0}, {LEAD: 700}) == 0


def test_a_record_from_the_future_does_not_lead_it_there() -> None:
    """A producer's clock may be wrong; time is never beyond the moment of the question."""
    clock = Clock()
    clock.expect(1000, {LEAD: 5})
    assert clock.read({LEAD: 4}, {LEAD: 9_999_999}) == 1000


def test_without_a_question_it_stands() -> None:
    """Ends are asked for only when a timer is due: between questions there is no time."""
    clock = Clock()
    assert clock.read({LEAD: 5}, {LEAD: 700}) == 0


def test_an_abort_takes_back_what_uncommitted_records_proved() -> None:
    """The unsubscribe was read, the transaction aborted: it is unread again, and so it must count."""
    clock = Clock()
    clock.expect(1000, {LEAD: 5})
    clock.read({LEAD: 5}, {})
    clock.committed()
    clock.expect(2000, {LEAD: 6})
    assert clock.read({LEAD: 6}, {}) == 2000
    clock.aborted()
    assert clock.now_ms == 1000
    assert clock.read({LEAD: 5}, {}) == 1000


@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 9), st.integers(0, 9), st.integers(0, 120), st.integers(0, 120))
    )
)
def test_it_never_goes_back(moves: list[tuple[int, int, int, int, int]]) -> None:
    """Whatever ends, positions and timestamps come, and in whatever order."""
    clock = Clock()
    before = 0
    for wall, end, position, lead_ms, other_ms in moves:
        clock.expect(wall, {LEAD: end, OTHER: end})
        now = clock.read({LEAD: position, OTHER: position}, {LEAD: lead_ms, OTHER: other_ms})
        assert before <= now
        before = now
