"""What follows an outcome, and how long a delivery is tried in place."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.dispatch.lease import LONGEST_RETRY, LONGEST_RETURN, Again, Ending, Lease
from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable, Unsendable

FAILURES = st.builds(
    lambda kind, after, unknown: kind(code="503", after=after, unknown=unknown),
    st.sampled_from([RetryLater, Unavailable]),
    st.none() | st.floats(0, 1e4),
    st.booleans(),
)


def after(
    lease: Lease, outcome: Outcome, now: float, chance: float = 0.5, unknown: Literal["resend", "drop"] = "resend"
) -> Again | Ending:
    return lease.after(outcome, now, retry_in_place=30.0, after_unknown=unknown, random=lambda: chance)


@settings(deadline=None)
@given(
    attempt=st.integers(1, 10_000),
    tries=st.integers(1, 10_000),
    began=st.floats(0, 100),
    took=st.floats(0, 400),
    send_by=st.floats(0, 400),
    outcome=FAILURES,
    chance=st.floats(0, 0.999),
)
def test_a_retry_is_within_the_lease_and_never_before_the_provider_wants_it(
    attempt: int,
    tries: int,
    began: float,
    took: float,
    send_by: float,
    outcome: RetryLater | Unavailable,
    chance: float,
) -> None:
    """Again: before send_by and within 30 s of the first try. Else back to the planner, for an hour at most, unless the
    provider asks for more.
    """
    now = began + took
    lease = Lease(attempt, 0.0, send_by, began, tries)

    then = after(lease, outcome, now, chance)

    wanted = outcome.after or 0.0
    if isinstance(then, Again):
        assert now + wanted <= then.at < min(send_by, began + 30.0)
        assert then.at - now <= max(LONGEST_RETRY, wanted) + 1e-9
    else:
        assert then.outcome == "deferred"
        assert then.until is not None
        assert wanted <= then.until <= max(LONGEST_RETURN, wanted)
        assert then.until >= min(30.0 * 2 ** min(attempt - 1, 20), LONGEST_RETURN / 2)


@pytest.mark.parametrize(
    ("outcome", "ending"),
    [
        (Delivered(code="250", provider_id="x"), Ending(outcome="sent", code="250", provider_id="x")),
        (Rejected(code="550", detail="no"), Ending(outcome="rejected", code="550", detail="no")),
        (Gone(code="410"), Ending(outcome="gone", code="410")),
        (Unsendable(code="internal_error"), Ending(outcome="dead_lettered", code="internal_error")),
    ],
)
def test_a_final_word_ends_it(outcome: Outcome, ending: Ending) -> None:
    """Also after send_by: the request began before it."""
    assert after(Lease(1, 0.0, 10.0, 5.0, 1), outcome, 20.0) == ending


def test_what_is_unknown_follows_the_channel() -> None:
    """resend: as any retry; drop: over."""
    for outcome in (RetryLater(code="timeout", unknown=True), Unavailable(code="timeout", unknown=True)):
        assert isinstance(after(Lease(1, 0.0, 300.0, 0.0, 1), outcome, 1.0), Again)
        assert after(Lease(1, 0.0, 300.0, 0.0, 1), outcome, 1.0, unknown="drop") == Ending(
            outcome="unknown", code="timeout"
        )


def test_who_waits_for_a_turn_may_wait_longer_than_who_was_tried() -> None:
    """A rate limit alone gives nothing back before send_by; a try or a pause of the provider starts the 30 s."""
    never = float("inf")
    untried, tried = Lease(1, 0.0, 300.0), Lease(1, 0.0, 300.0, 5.0, 1)

    assert not untried.is_over(299.0, 30.0, never)
    assert untried.is_over(300.0, 30.0, never)
    assert not untried.is_over(129.0, 30.0, 100.0)
    assert untried.is_over(130.0, 30.0, 100.0)
    assert Lease(1, 110.0, 410.0).is_over(140.0, 30.0, 100.0)
    assert not tried.is_over(34.9, 30.0, never)
    assert tried.is_over(35.0, 30.0, never)


def test_the_steps_back_double_from_a_minute_to_an_hour() -> None:
    """With the highest chance the whole step, with the lowest half of it."""
    steps = [Lease(attempt, 0.0, 300.0).given_back(lambda: 1.0).until for attempt in (1, 2, 3, 7, 50)]

    assert steps == [60.0, 120.0, 240.0, 3600.0, 3600.0]
    assert Lease(1, 0.0, 300.0).given_back(lambda: 0.0).until == 30.0
