"""What FCM's answers mean, without a network."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels.dispatch.acceptance import DEAD_IN_A_ROW, Acceptance
from channels.dispatch.outcome import Delivered, Gone, Outcome, RetryLater, Unavailable, Unsendable
from channels.mobile_push.status import outcome_of
from channels.testing.fcm_error import FcmError

NOW = 1_800_000_000.0


def of(error: FcmError, wait: str | None = None, *, acceptance: Acceptance | None = None, **detail: Any) -> Outcome:
    answer = error.answer(**detail)
    assert answer.status is not None
    return outcome_of(answer.status, answer.text.encode(), wait, NOW, acceptance)


def test_a_name_is_a_delivery() -> None:
    """The provider's id is the name of the message."""
    outcome = outcome_of(200, b'{"name": "projects/p/messages/0:1"}', None, NOW)
    assert outcome == Delivered(code="200", provider_id="projects/p/messages/0:1")


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"name": 5}'])
def test_a_yes_that_is_not_fcms_is_unknown(body: bytes) -> None:
    """Something in between answered: nobody knows whether FCM has it."""
    outcome = outcome_of(200, body, None, NOW)
    assert isinstance(outcome, Unavailable)
    assert outcome.unknown


@pytest.mark.parametrize("error", [FcmError.UNREGISTERED, FcmError.SENDER_ID_MISMATCH])
def test_a_device_that_is_gone(error: FcmError) -> None:
    """Removed apps, and devices of another project, end for good under FCM's own code, once our account was taken."""
    acceptance = Acceptance()
    acceptance.taken()
    outcome = of(error, acceptance=acceptance)
    assert isinstance(outcome, Gone)
    assert outcome.code == error.name


@pytest.mark.parametrize(
    "words",
    [
        "The registration token is not a valid FCM registration token",
        "Invalid registration token provided. Make sure it matches the registration token the client app receives",
        "Invalid value at 'message.token' (TYPE_STRING)",
    ],
)
def test_a_text_that_is_no_token_is_gone(words: str) -> None:
    """With no violation beside it, as FCM answers; another complaint is the message's, and ours."""

    def answer(text: str) -> Outcome:
        body = {"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": text}}
        return outcome_of(400, json.dumps(body).encode(), None, NOW)

    assert isinstance(answer(words), Gone)
    assert isinstance(answer("Request contains an invalid argument."), Unsendable)


def test_a_wrong_service_account_buries_no_device() -> None:
    """Every device is said to be another project's: before one was reached that is our account's fault."""
    acceptance = Acceptance()
    outcomes = [of(FcmError.SENDER_ID_MISMATCH, acceptance=acceptance) for _ in range(200)]
    assert {(type(each), getattr(each, "ours", None)) for each in outcomes} == {(Unavailable, True)}


def test_many_devices_of_another_project_in_a_row_are_not_believed() -> None:
    """One is an old app. After a switch to another project two are lost at most, and the next yes starts anew."""
    acceptance = Acceptance()
    for _ in range(3):
        acceptance.taken()
        outcomes = [of(FcmError.SENDER_ID_MISMATCH, acceptance=acceptance) for _ in range(20)]
        assert [type(each) for each in outcomes] == [Gone] * 2 + [Unavailable] * 18
    outcome_of(200, b'{"name": "projects/p/messages/0:1"}', None, NOW, acceptance)
    assert isinstance(of(FcmError.SENDER_ID_MISMATCH, acceptance=acceptance), Gone)


@pytest.mark.parametrize(
    "detail", [{"reason": "The registration token is not a valid FCM registration token"}, {"apns": "Unregistered"}, {}]
)
def test_not_even_the_dead_are_believed_without_an_end(detail: dict[str, str]) -> None:
    """A thousand devices in a row without one that was reached: the channel stops, and says what it doubts."""
    error = FcmError.INVALID_ARGUMENT if detail else FcmError.UNREGISTERED
    acceptance = Acceptance()
    outcomes = [of(error, acceptance=acceptance, **detail) for _ in range(1_000)]
    assert sum(isinstance(each, Gone) for each in outcomes) == DEAD_IN_A_ROW - 1
    last = outcomes[-1]
    assert isinstance(last, Unavailable)
    assert (last.code, last.ours) == ("places_doubted", True)


@pytest.mark.parametrize("field", ["message.token", "message.fid"])
def test_an_invalid_token_is_gone(field: str) -> None:
    """Only the field says that INVALID_ARGUMENT means the device."""
    assert isinstance(of(FcmError.INVALID_ARGUMENT, field=field), Gone)


@pytest.mark.parametrize("field", [None, "message", "message.android.ttl", "message.data[0].value"])
def test_an_invalid_message_buries_no_device(field: str | None) -> None:
    """A payload that FCM refuses is a fault of ours: to the dead letters, and the detail names the field."""
    outcome = of(FcmError.INVALID_ARGUMENT, field=field, reason="Invalid value: Ada Lovelace")
    assert isinstance(outcome, Unsendable)
    assert outcome.code == "refused_payload"
    assert (field or "does not name") in outcome.detail
    assert "Ada" not in outcome.detail


def test_a_token_among_other_faults_buries_no_device() -> None:
    """As long as something else is wrong too, the token is not what is to blame."""
    violations = [{"field": "message.token"}, {"field": "message.data"}]
    error = {"status": "INVALID_ARGUMENT", "details": [{"fieldViolations": violations}]}
    assert isinstance(outcome_of(400, json.dumps({"error": error}).encode(), None, NOW), Unsendable)


@pytest.mark.parametrize(
    ("error", "wait", "after"),
    [
        (FcmError.QUOTA_EXCEEDED, None, 60),
        (FcmError.QUOTA_EXCEEDED, "12", 12),
        (FcmError.QUOTA_EXCEEDED, "90", 90),
        (FcmError.UNAVAILABLE, None, 10),
        (FcmError.UNAVAILABLE, "3", 3),
        (FcmError.UNAVAILABLE, "45", 45),
        (FcmError.UNAVAILABLE, "Fri, 15 Jan 2027 08:00:30 GMT", 30),
        (FcmError.INTERNAL, None, 10),
        (FcmError.INTERNAL, "20", 20),
    ],
)
def test_how_long_to_wait(error: FcmError, wait: str | None, after: float) -> None:
    """What FCM says counts; where it says nothing, a minute for the quota, ten seconds for a fault of FCM."""
    outcome = of(error, wait)
    assert outcome == Unavailable(code=error.name, detail=outcome.detail, after=after)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("delay", "header", "after"),
    [
        ("12s", None, 12),
        ("12.5s", None, 12.5),
        ("0.250s", None, 0.25),
        ("12s", "40", 40),
        ("999999999s", None, 3600),
        ("soon", None, 60),
        ("-5s", None, 60),
        ("", None, 60),
    ],
)
def test_the_wait_in_the_body(delay: str, header: str | None, after: float) -> None:
    """google.rpc.RetryInfo, where the header does not say it; an hour at most, and what cannot be read is not there."""
    outcome = of(FcmError.QUOTA_EXCEEDED, header, retry_delay=delay)
    assert isinstance(outcome, Unavailable)
    assert outcome.after == after


def test_the_quota_of_one_device_stops_no_other() -> None:
    """FCM names whose quota it is; without a name it is the project's."""
    outcome = of(FcmError.QUOTA_EXCEEDED, quota="device:c4f2", retry_delay="12s")
    assert isinstance(outcome, RetryLater)
    assert outcome.after == 12
    assert isinstance(of(FcmError.QUOTA_EXCEEDED, quota="project:acme"), Unavailable)


@pytest.mark.parametrize(
    ("error", "cure"),
    [
        (FcmError.THIRD_PARTY_AUTH_ERROR, "APNs key"),
        (FcmError.UNAUTHENTICATED, "mobile_push.service_account"),
        (FcmError.PERMISSION_DENIED, "role"),
    ],
)
def test_what_we_must_mend(error: FcmError, cure: str) -> None:
    """Wrong credentials stop the channel and name the cure; no device is buried for them."""
    outcome = of(error)
    assert isinstance(outcome, Unavailable)
    assert (outcome.ours, outcome.unknown) == (True, False)
    assert cure in outcome.detail


def test_a_404_without_fcms_code_is_a_wrong_address() -> None:
    """Were it taken for UNREGISTERED, one wrong setting would bury every device."""
    body = {"error": {"code": 404, "status": "NOT_FOUND", "message": "Requested entity was not found."}}
    outcome = outcome_of(404, json.dumps(body).encode(), None, NOW)
    assert isinstance(outcome, Unavailable)
    assert outcome.ours
    assert isinstance(outcome_of(404, b"<html>Not Found</html>", None, NOW), Unavailable)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 413, 429, 500, 502, 503])
@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"error": "x"}', b'{"error": {"details": [1]}}', b"\xff{"])
def test_what_cannot_be_read_is_no_verdict(status: int, body: bytes) -> None:
    """A page of something in between says nothing about message and device, and nothing about our credentials."""
    outcome = outcome_of(status, body, None, NOW)
    assert isinstance(outcome, Unavailable)
    assert (outcome.code, outcome.ours, outcome.unknown) == (str(status), False, False)
    assert outcome.after == (60 if status == 429 else 10)


def test_a_gateway_that_gave_up_is_unknown() -> None:
    """After 504 FCM may have the message, whether the page can be read or not."""
    body = {"error": {"status": "DEADLINE_EXCEEDED"}}
    for outcome in (outcome_of(504, b"<html>", None, NOW), outcome_of(504, json.dumps(body).encode(), None, NOW)):
        assert isinstance(outcome, Unavailable)
        assert outcome.unknown


def test_a_code_of_the_future_is_no_verdict() -> None:
    """An error code that is not in the table leaves message and device alone."""
    body: dict[str, Any] = {"error": {"details": [{"errorCode": "ON_HOLIDAY"}]}}
    outcome = outcome_of(418, json.dumps(body).encode(), None, NOW)
    assert isinstance(outcome, Unavailable)
    assert outcome.code == "ON_HOLIDAY"
    body = {"error": {"status": "x" * 1000}}
    outcome = outcome_of(500, json.dumps(body).encode(), None, NOW)
    assert isinstance(outcome, Unavailable)
    assert outcome.code == "unreadable"
