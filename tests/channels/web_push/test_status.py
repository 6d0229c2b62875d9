from __future__ import annotations

import pytest

from channels.dispatch.acceptance import DEAD_IN_A_ROW, Acceptance
from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable, Unsendable
from channels.web_push.status import outcome_of

NOW = 1_784_558_400.0


def outcome(status: int, body: bytes = b"", *, accepted: bool = False, **headers: str) -> Outcome:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    acceptance = Acceptance()
    if accepted:
        acceptance.taken()
    return outcome_of(status, named, body, now=NOW, acceptance=acceptance)


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


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b""),
        (403, b"<html>forbidden</html>"),
        (403, b"\xff\xfe\x00"),
        (403, b'{"reason":"ExpiredJwtToken"}'),
        (403, b'{"reason":"BadJwtToken"}'),
        (401, b'{"code":401,"errno":109,"message":"bad"}'),
        (403, b"permission denied: invalid JWT provided"),
    ],
)
def test_a_key_that_was_taken_before_may_be_sound_no_more(status: int, body: bytes) -> None:
    """The clock jumps, or the push service withdraws a key, in the midst of a day: two are tried again one by one; from
    the third in a row on it is ours, where only different contacts count, until a message is taken.
    """
    acceptance = Acceptance()
    acceptance.taken()

    def one() -> Outcome:
        return outcome_of(status, {}, body, now=NOW, acceptance=acceptance)

    found = [one() for _ in range(6)]
    assert [type(each) for each in found] == [RetryLater] * 2 + [Unavailable] * 4
    assert all(isinstance(each, RetryLater) or (each.ours and each.doubtful) for each in found)  # type: ignore[union-attr]
    acceptance.taken()
    assert isinstance(one(), RetryLater)


def test_a_clock_that_jumped_is_named() -> None:
    found = outcome(403, b'{"reason":"ExpiredJwtToken"}', accepted=True)
    assert isinstance(found, RetryLater)
    assert "clock" in found.detail


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


KEY = b'{"reason":"VapidPkHashMismatch"}'


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, KEY),
        (403, KEY),
        (401, b'{"code":401,"errno":109,"message":"VAPID public key mismatch"}'),
        (
            403,
            b"the VAPID credentials in the authorization header do not correspond to the credentials used to create "
            b"the subscriptions.",
        ),
    ],
)
def test_a_subscription_of_another_key(status: int, body: bytes) -> None:
    """With the wrong key all are answered so: ours, whatever the status, and none is thrown away. Once the push service
    has taken our key it is that subscription alone, which no repeat will ever reach.
    """
    assert isinstance(outcome(status, body, accepted=True), Gone)
    found = outcome(status, body)
    assert isinstance(found, Unavailable)
    assert (found.ours, "vapid_private_key" in found.detail) == (True, True)


def test_a_key_that_was_changed_throws_two_subscriptions_away_at_most() -> None:
    """They come one after the other; a message that is taken in between starts anew."""
    acceptance = Acceptance()
    for _ in range(2):
        outcome_of(201, {}, now=NOW, acceptance=acceptance)
        found = [outcome_of(400, {}, KEY, now=NOW, acceptance=acceptance) for _ in range(30)]
        assert [type(each) for each in found] == [Gone] * 2 + [Unavailable] * 28


@pytest.mark.parametrize("status", [404, 410])
def test_a_push_service_that_knows_nobody_is_not_believed(status: int) -> None:
    """Something in front of it answers 404, or it has lost its table: not every browser in the world has left."""
    acceptance = Acceptance()
    found = [outcome_of(status, {}, now=NOW, acceptance=acceptance) for _ in range(500)]
    assert sum(isinstance(each, Gone) for each in found) == DEAD_IN_A_ROW - 1
    assert isinstance(found[-1], Unavailable)
    assert found[-1].code == "places_doubted"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"reason": 5}', b'{"reason": "Bad', b"\xff\xfe", b"x" * 2_048])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 429, 500, 503])
def test_a_body_that_says_nothing_known_changes_nothing(status: int, body: bytes) -> None:
    """It is cut off, or of something in between: the status decides, and nothing of it is told."""
    assert outcome(status, body) == outcome(status)


def test_a_body_says_nothing_of_a_message_that_was_taken() -> None:
    """Whatever stands in it."""
    assert isinstance(outcome(201, KEY), Delivered)
    assert isinstance(outcome(302, KEY), Rejected)
