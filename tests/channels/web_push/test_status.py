from __future__ import annotations

import pytest

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable, Unsendable
from channels.web_push.status import outcome_of

NOW = 1_784_558_400.0


def outcome(status: int, *, accepted: bool = False, **headers: str) -> Outcome:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return outcome_of(status, named, now=NOW, accepted=accepted)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_taken(status: int) -> None:
    """RFC 8030 section 5 names 201 and 202; the Location is the push service's name for the message."""
    assert outcome(status, Location="https://push.example/m/1") == Delivered(
        code=str(status), provider_id="https://push.example/m/1"
    )
    assert outcome(status) == Delivered(code=str(status))


@pytest.mark.parametrize("location", ["", "a b", "x" * 2_000, "\N{PARTY POPPER}"])
def test_a_location_that_is_none(location: str) -> None:
    """A receipt holds no text of any size or form that a push service likes."""
    assert outcome(201, Location=location) == Delivered(code="201")


@pytest.mark.parametrize("status", [404, 410])
def test_the_subscription_is_no_more(status: int) -> None:
    """RFC 8030 section 7.3, and what push services say."""
    assert isinstance(outcome(status), Gone)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_our_fault(status: int) -> None:
    """Every subscription is answered so when the key is wrong: the channel stops, and none of them is thrown away."""
    found = outcome(status)

    assert isinstance(found, Unavailable)
    assert found.ours


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_was_taken_before_is_sound(status: int) -> None:
    """Then it is one subscription, made with another key: it must not stop those that are sound, nor is it gone."""
    assert isinstance(outcome(status, accepted=True), RetryLater)


@pytest.mark.parametrize("status", [400, 413])
def test_a_message_that_is_our_fault(status: int) -> None:
    """It goes to the dead letters, for asking anybody again is no use."""
    assert isinstance(outcome(status), Unsendable)


@pytest.mark.parametrize("status", [406, 408, 429, 500, 502, 503, 504])
def test_the_push_service_cannot_now(status: int) -> None:
    """The push host is left alone, not the contact. 406 is what Windows says when it throttles."""
    found = outcome(status, Retry_After="120")

    assert isinstance(found, Unavailable)
    assert (found.after, found.ours, found.unknown) == (120.0, False, False)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308, 402, 405, 415, 418, 451])
def test_all_else_is_refused(status: int) -> None:
    """Redirects too: to follow one would lead past the check of the endpoint."""
    assert outcome(status) == Rejected(code=str(status), detail=outcome(status).detail)  # type: ignore[union-attr]


def test_no_status_says_gone_but_two() -> None:
    """Whoever is gone is never written to again, so no other answer may say it."""
    assert [each for each in range(200, 600) if isinstance(outcome(each), Gone)] == [404, 410]
