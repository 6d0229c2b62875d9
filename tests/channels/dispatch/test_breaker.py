"""The breaker of one provider."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.dispatch.breaker import LONGEST_PAUSE, OURS_IN_A_ROW, Breaker, State


def opened(failures: int = 3, pause: float = 15.0) -> Breaker:
    breaker = Breaker(failures, pause)
    for _ in range(failures):
        breaker.failed(breaker.admit(0.0) or 0, 0.0)
    return breaker


def test_it_opens_after_failures_in_a_row_only() -> None:
    """An answer in between shows that the provider works."""
    breaker = Breaker(3, 15.0)
    for _ in range(2):
        breaker.failed(0, 0.0)
    breaker.answered(0)
    for _ in range(2):
        assert not breaker.failed(0, 1.0)
    assert breaker.state is State.CLOSED
    assert breaker.failed(0, 1.0)
    assert (breaker.state, breaker.paused_since, breaker.wakes_at) == (State.OPEN, 1.0, 16.0)


def test_three_faults_of_ours_in_a_row_open_it() -> None:
    """Wrong credentials do not mend themselves after seven more tries."""
    breaker = Breaker(10, 15.0)

    assert [breaker.failed(0, 0.0, ours=True) for _ in range(OURS_IN_A_ROW)] == [False, False, True]
    assert breaker.admit(14.9) is None


def test_a_success_in_between_speaks_for_our_credentials() -> None:
    """One odd mailbox is refused as often as it is tried, and what passes between shows that it is alone."""
    breaker = Breaker(10, 15.0)
    for _ in range(5):
        for _ in range(OURS_IN_A_ROW - 1):
            assert not breaker.failed(0, 0.0, ours=True)
        breaker.answered(0)

    assert breaker.is_pristine(0.0)


def test_another_failure_in_between_does_not() -> None:
    """A lost connection shows nothing of our credentials, so what was refused before it still counts."""
    breaker = Breaker(10, 15.0)
    for ours in (True, True, False):
        assert not breaker.failed(0, 0.0, ours=ours)

    assert breaker.failed(0, 0.0, ours=True)


def test_fewer_failures_that_are_set_hold_for_ours_too() -> None:
    """Who lets one failure pause a provider means each."""
    assert Breaker(1, 15.0).failed(0, 0.0, ours=True)


def test_a_closed_breaker_counts_ours_anew() -> None:
    """After a trial that passed, three more are needed: the first word after mended credentials is no fault."""
    breaker = Breaker(10, 15.0)
    for _ in range(OURS_IN_A_ROW):
        breaker.failed(0, 0.0, ours=True)
    trial = breaker.admit(15.0)
    assert trial is not None
    breaker.answered(trial)

    assert not breaker.failed(trial, 16.0, ours=True)


def test_what_is_older_than_any_pause_is_forgotten() -> None:
    """A provider that failed and is asked no more does not stay paused for ever; a pause that runs is remembered."""
    breaker = Breaker(1, 15.0)
    breaker.failed(0, 10.0, after=1e9)

    assert not breaker.is_pristine(10.0 + LONGEST_PAUSE - 0.1)
    assert breaker.is_pristine(10.0 + LONGEST_PAUSE)


def test_half_open_lets_one_through_until_it_is_known() -> None:
    """A provider that comes back is not met by all that wait."""
    breaker = opened()
    trial = breaker.admit(15.0)
    assert trial is not None
    assert breaker.admit(1e9) is None
    assert breaker.wakes_at == float("inf")
    assert breaker.answered(trial)
    assert breaker.is_pristine(15.0)
    assert breaker.admit(15.0) is not None


def test_a_failed_trial_begins_the_pause_again_and_remembers_when_it_began() -> None:
    """What waits since the first opening has waited since then."""
    breaker = opened()
    trial = breaker.admit(20.0)
    assert trial is not None
    assert breaker.failed(trial, 21.0)
    assert (breaker.admit(35.9), breaker.paused_since) == (None, 0.0)
    assert breaker.admit(36.0) is not None


def test_a_trial_that_says_nothing_gives_its_place_to_another() -> None:
    """A message that broke our own code must not leave the provider closed for ever."""
    breaker = opened()
    trial = breaker.admit(15.0)
    assert trial is not None
    breaker.said_nothing(trial)
    assert breaker.admit(15.0) is not None


def test_what_the_provider_asks_for_is_honoured_within_reason() -> None:
    """Retry-After lengthens the pause, up to an hour."""
    for after, until in ((60.0, 60.0), (1.0, 15.0), (1e9, LONGEST_PAUSE)):
        breaker = Breaker(1, 15.0)
        breaker.failed(0, 0.0, after=after)
        assert breaker.wakes_at == until


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["admit", "ok", "fail", "nothing"]), st.floats(0, 20))))
def test_late_words_of_an_older_round_change_nothing(steps: list[tuple[str, float]]) -> None:
    """In any order: at most one trial is out, nothing passes while it is open, and the pause is never cut short."""
    breaker, now, out = Breaker(2, 10.0), 0.0, [0]
    for step, seconds in steps:
        now += seconds
        before, until = breaker.state, breaker.opens_again_at
        if step == "admit":
            admitted = breaker.admit(now)
            if before is State.OPEN and now < until:
                assert admitted is None
            if admitted is not None:
                out.append(admitted)
        else:
            round_ = out.pop(0) if len(out) > 1 else out[0]
            if step == "ok":
                breaker.answered(round_)
            elif step == "fail":
                breaker.failed(round_, now)
            else:
                breaker.said_nothing(round_)
            if before is State.OPEN:
                assert (breaker.state, breaker.opens_again_at) == (before, until)


def test_one_contacts_place_pauses_nobody_however_often_it_refuses() -> None:
    """A quiet installation has nobody else's message between two of them."""
    breaker = Breaker(10, 15.0)
    assert not any(breaker.failed(0, float(at), ours=True, doubtful_of="c-1") for at in range(100))
    assert not breaker.failed(0, 100.0, ours=True, doubtful_of="c-2")
    assert breaker.failed(0, 101.0, ours=True, doubtful_of="c-3")


def test_a_word_about_the_account_is_enough_once() -> None:
    """For as long as it asks."""
    breaker = Breaker(10, 15.0)
    assert breaker.failed(0, 0.0, ours=True, at_once=True, after=3600.0)
    assert breaker.opens_again_at == 3600.0
