"""How many at once a provider is handed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.dispatch.width import NARROWED_ONCE_IN, STEADY, Width


def test_there_is_no_bound_until_one_is_asked_for() -> None:
    width = Width()
    assert width.admits(10_000)
    width.widen(16)
    assert width.most is None


def test_those_that_were_under_way_together_halve_it_once() -> None:
    """Sixteen refusals of one moment are one word; those of a later moment are another."""
    width = Width()
    assert [width.narrow(16 - nth, 5.0) for nth in range(16)] == [True] + [False] * 15
    assert width.most == 8
    assert width.narrow(8, 5.0 + NARROWED_ONCE_IN)
    assert (width.most, width.admits(3), width.admits(4)) == (4, True, False)


def test_it_is_felt_for_again() -> None:
    """One more after so many answers, and no bound once nothing is held back."""
    width = Width()
    width.narrow(6, 0.0)
    for _ in range(STEADY):
        width.widen(5)
    assert width.most == 4
    for _ in range(STEADY):
        width.widen(5)
    assert width.most is None


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 64)), max_size=300))
def test_one_may_always_go(steps: list[tuple[bool, int]]) -> None:
    """A provider that is never asked could never say that it is well again."""
    width = Width()
    for at, (narrow, sending) in enumerate(steps):
        if narrow:
            width.narrow(sending, at * NARROWED_ONCE_IN)
        else:
            width.widen(64)
        assert width.admits(0)
