"""How many messages one provider gets."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.dispatch.token_bucket import TokenBucket


@settings(deadline=None)
@given(rate=st.floats(0.1, 1000), pauses=st.lists(st.floats(0, 3), max_size=200))
def test_no_span_of_time_gets_more_than_the_rate_and_one_burst(rate: float, pauses: list[float]) -> None:
    """Between any two sends there are at most rate x time + the burst."""
    bucket, now = TokenBucket(rate, 0.0), 0.0
    sent: list[float] = []
    for pause in pauses:
        now += pause
        while not bucket.wait(now) and len(sent) < 2_000:
            bucket.take()
            sent.append(now)
    burst = max(1.0, rate * 0.1)
    for nth, at in enumerate(sent):
        assert nth + 1 <= at * rate + burst + 1e-3


@settings(deadline=None)
@given(rate=st.floats(0.1, 1000), at=st.floats(0, 1e6))
def test_who_waits_as_long_as_told_is_let_through(rate: float, at: float) -> None:
    """Otherwise a loop would wake for nothing."""
    bucket = TokenBucket(rate, at)
    while not bucket.wait(at):
        bucket.take()
    assert bucket.wait(at + bucket.wait(at) + 1e-6) == 0.0


def test_without_a_rate_nothing_waits() -> None:
    """Unset means no limit."""
    bucket = TokenBucket(None, 0.0)
    for _ in range(1_000):
        assert bucket.wait(0.0) == 0.0
        bucket.take()
    assert bucket.is_full(0.0)


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    """No time has passed then."""
    bucket = TokenBucket(1.0, 100.0)
    bucket.take()
    assert bucket.wait(50.0) == 1.0
