"""FCM, as firebase-admin and requests see it."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import firebase_admin
import google.auth.exceptions
import pytest
import requests
from firebase_admin import credentials, exceptions, messaging

from channels.testing.fcm_service import Answer, Drop, FcmError, FcmService
from channels.testing.script import Gate

Send = Callable[..., str]


@pytest.fixture
def service() -> Iterator[FcmService]:
    with FcmService() as service:
        yield service


@pytest.fixture
def app(service: FcmService) -> Iterator[Any]:
    """An app whose requests go to the service, as the module's docstring has it."""
    app = firebase_admin.initialize_app(credentials.Certificate(service.service_account()), {"httpTimeout": 10})
    client = messaging._get_messaging_service(app)
    client._fcm_url = service.send_url
    # One attempt for one call: firebase-admin's own adapter repeats after 500, 503 and lost connections, and sleeps.
    client._client.session.mount("http://", requests.adapters.HTTPAdapter(max_retries=0))
    yield app
    firebase_admin.delete_app(app)


@pytest.fixture
def send(service: FcmService, app: Any) -> Send:
    """Send to a new device, or to the one of `fid`."""

    def send(fid: str | None = None, **fields: Any) -> str:
        name = messaging.send(messaging.Message(fid=fid or service.register(fid=True), **fields), app=app)
        assert isinstance(name, str)
        return name

    return send


def test_firebase_admin_reaches_it(service: FcmService, send: Send) -> None:
    """`messaging.send` gets its access token and delivers; the message is kept as FCM would have read it."""
    device = service.register(fid=True)
    android = messaging.AndroidConfig(collapse_key="documents-10", ttl=300)
    name = send(device, data={"milestone": "documents-10"}, android=android)
    [message] = service.messages
    assert (message.name, message.project, message.device) == (name, "cairn-test", device)
    assert message.body["data"] == {"milestone": "documents-10"}
    assert message.body["android"] == {"collapse_key": "documents-10", "ttl": "300s"}
    assert name.startswith("projects/cairn-test/messages/")
    assert [each.path for each in service.attempts] == ["/token", "/v1/projects/cairn-test/messages:send"]


def test_a_registration_token_is_taken_too(service: FcmService, app: Any) -> None:
    """What `contacts` carry in `fcm_key`. firebase-admin 7.7 warns of it and sends it; it is no installation id."""
    device = service.register()
    with pytest.warns(DeprecationWarning, match="fid"):
        message = messaging.Message(token=device)
    messaging.send(message, app=app)
    assert [each.device for each in service.messages] == [device]
    with pytest.raises(exceptions.InvalidArgumentError) as raised:
        messaging.send(messaging.Message(fid=device), app=app)
    assert '"message.fid"' in raised.value.http_response.text


def test_a_topic_is_no_device(service: FcmService, app: Any) -> None:
    """A message to a topic is kept without a device, and may have half the bytes."""
    messaging.send(messaging.Message(topic="news", data={"text": "x" * 2000}), app=app)
    assert [(each.device, each.body["topic"]) for each in service.messages] == [(None, "news")]
    with pytest.raises(exceptions.InvalidArgumentError, match="too big"):
        messaging.send(messaging.Message(topic="news", data={"text": "x" * 2048}), app=app)


def test_send_each_async_reaches_it(service: FcmService, app: Any) -> None:
    """The asynchronous call uses the same address, and one dead device does not stop the others."""
    alive, dead = service.register(fid=True), service.register(fid=True)
    service.unregister(dead)

    async def story() -> Any:
        messages = [messaging.Message(fid=each, data={"n": "1"}) for each in (alive, dead)]
        try:
            return await messaging.send_each_async(messages, app=app)
        finally:
            await messaging._get_messaging_service(app)._async_client.aclose()

    first, second = asyncio.run(story()).responses
    assert first.success
    assert isinstance(second.exception, messaging.UnregisteredError)
    assert [each.device for each in service.messages] == [alive]


def test_it_runs_in_the_loop_of_its_client() -> None:
    """`async with` serves a blocking client in another thread."""

    async def story() -> None:
        async with FcmService() as service:
            response = await asyncio.to_thread(requests.post, service.send_url, json={}, timeout=10)
            assert response.status_code == 401

    asyncio.run(story())


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (FcmError.INVALID_ARGUMENT, exceptions.InvalidArgumentError),
        (FcmError.UNREGISTERED, messaging.UnregisteredError),
        (FcmError.SENDER_ID_MISMATCH, messaging.SenderIdMismatchError),
        (FcmError.QUOTA_EXCEEDED, messaging.QuotaExceededError),
        (FcmError.UNAVAILABLE, exceptions.UnavailableError),
        (FcmError.INTERNAL, exceptions.InternalError),
        (FcmError.THIRD_PARTY_AUTH_ERROR, messaging.ThirdPartyAuthError),
        (FcmError.UNAUTHENTICATED, exceptions.UnauthenticatedError),
        (FcmError.PERMISSION_DENIED, exceptions.PermissionDeniedError),
    ],
)
def test_every_documented_error(
    service: FcmService, send: Send, error: FcmError, kind: type[exceptions.FirebaseError]
) -> None:
    """firebase-admin raises the class it documents for the error, with the wait that was asked for."""
    service.keep_answering(error.answer(retry_after="Wed, 21 Oct 2037 07:28:00 GMT"))
    with pytest.raises(kind) as raised:
        send()
    assert type(raised.value) is kind
    assert raised.value.http_response.status_code == error.value[0]
    assert raised.value.http_response.headers["Retry-After"].startswith("Wed, 21 Oct")
    assert service.messages == []
    service.keep_answering(Answer())
    assert send()


def test_an_answer_for_one_device_is_not_for_another(service: FcmService, send: Send) -> None:
    """The others are answered as usual."""
    slow = service.register(fid=True)
    service.answer(FcmError.QUOTA_EXCEEDED.answer(), device=slow)
    send()
    with pytest.raises(messaging.QuotaExceededError):
        send(slow)
    send(slow)


def test_devices_come_and_go(service: FcmService, send: Send) -> None:
    """A removed app, a token of another project and one that never was each have their own error."""
    gone, foreign = service.register(fid=True), service.register(project="another", fid=True)
    service.unregister(gone)
    with pytest.raises(messaging.UnregisteredError):
        send(gone)
    with pytest.raises(messaging.SenderIdMismatchError):
        send(foreign)
    with pytest.raises(exceptions.InvalidArgumentError) as raised:
        send("no token of ours")
    [_, request] = raised.value.http_response.json()["error"]["details"]
    assert [each["field"] for each in request["fieldViolations"]] == ["message.fid"]


def test_a_payload_may_have_4096_bytes_and_no_more(service: FcmService, send: Send) -> None:
    """A larger one is INVALID_ARGUMENT, and not for the token: nobody may delete the device for it."""
    room = 4096 - len('{"data":{"text":""}}')
    send(data={"text": "x" * room})
    with pytest.raises(exceptions.InvalidArgumentError, match="too big") as raised:
        send(data={"text": "x" * (room + 1)})
    assert '"message.fid"' not in raised.value.http_response.text
    send(data={"text": "\N{PARTY POPPER}" * (room // 4)})
    with pytest.raises(exceptions.InvalidArgumentError, match="too big"):
        send(data={"text": "\N{PARTY POPPER}" * (room // 4 + 1)})


def test_a_dry_run_is_checked_and_not_kept(service: FcmService, app: Any) -> None:
    """`validate_only` sends nothing."""
    message = messaging.Message(fid=service.register(fid=True))
    assert messaging.send(message, dry_run=True, app=app).endswith("fake_message_id")
    assert service.messages == []


def bearer(service: FcmService) -> dict[str, str]:
    token = credentials.Certificate(service.service_account()).get_access_token().access_token
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    "message",
    [
        None,
        {},
        [],
        {"token": ["t"]},
        {"token": "t", "topic": "all"},
        {"token": "t", "text": "unknown"},
        {"token": "t", "data": {"n": 1}},
        {"token": "t", "data": {"from": "reserved"}},
        {"token": "t", "data": {"google.x": "reserved"}},
        {"token": "t", "android": {"ttl": "5 min"}},
        {"token": "t", "android": {"ttl": "2419201s"}},
        {"token": "t", "android": "soon"},
    ],
)
def test_a_bad_message_is_refused(service: FcmService, message: Any) -> None:
    """INVALID_ARGUMENT that names the message, never its token."""
    response = requests.post(service.send_url, json={"message": message}, headers=bearer(service), timeout=10)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["status"] == "INVALID_ARGUMENT"
    assert error["details"][1]["fieldViolations"][0]["field"] != "message.token"


def test_the_bearer_token_is_checked(service: FcmService) -> None:
    """401 without one, with one that was never granted, and with one that was revoked; 403 for another project."""
    good, body = bearer(service), {"message": {"token": service.register()}}
    wrong: list[dict[str, str]] = [{}, {"Authorization": "Bearer guess"}, {"Authorization": f"Basic {good}"}]
    for headers in wrong:
        assert requests.post(service.send_url, json=body, headers=headers, timeout=10).status_code == 401
    assert requests.post(service.send_url, json=body, headers=good, timeout=10).status_code == 200
    other = service.send_url.replace("cairn-test", "another")
    assert requests.post(other, json=body, headers=good, timeout=10).status_code == 403
    service.revoke_access_tokens()
    assert requests.post(service.send_url, json=body, headers=good, timeout=10).status_code == 401
    assert requests.post(service.send_url, b"no json", headers=bearer(service), timeout=10).status_code == 400


def test_firebase_admin_asks_for_a_new_access_token(service: FcmService, send: Send) -> None:
    """A sender whose token was revoked gets another one and sends, without saying so."""
    send()
    service.revoke_access_tokens()
    send()
    assert [each.path for each in service.attempts].count("/token") == 2
    assert len(service.messages) == 2


def test_no_access_token_for_a_bad_request(service: FcmService) -> None:
    """OAuth2's error, with its reason, as JSON (RFC 6749, 5.2)."""
    response = requests.post(service.service_account()["token_uri"], {"grant_type": "password"}, timeout=10)
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_grant"
    assert response.json()["error_description"].startswith("grant_type")


def test_the_token_endpoint_fails_on_command(service: FcmService, send: Send) -> None:
    """Credentials that were withdrawn are no answer of FCM: google-auth's own error comes through."""
    withdrawn = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
    service.answer_token_request(Answer(400, json.dumps(withdrawn)))
    with pytest.raises(google.auth.exceptions.RefreshError, match="Invalid JWT Signature"):
        send()
    send()


def test_an_answer_that_is_not_json(service: FcmService, send: Send) -> None:
    """A 502 of something in between, with HTML in it."""
    service.answer(Answer(502, "<html>Bad Gateway</html>"))
    with pytest.raises(exceptions.UnknownError, match="Bad Gateway") as raised:
        send()
    assert raised.value.http_response.headers["Content-Type"].startswith("text/html")


def test_a_connection_dropped_before_and_after_it_is_kept(service: FcmService, send: Send) -> None:
    """The client cannot tell the two apart; the service can."""
    for drop, kept in ((Drop.BEFORE, 0), (Drop.AFTER, 1)):
        service.answer(Answer(drop=drop))
        with pytest.raises(exceptions.UnavailableError):
            send()
        assert len(service.messages) == kept


def test_a_client_gives_up_on_an_answer_that_does_not_come(service: FcmService) -> None:
    """A client with a time limit is through with it; the service's end waits for nobody."""
    headers, body = bearer(service), {"message": {"token": service.register()}}
    service.answer(Answer(delay=3600), Answer(gate=Gate()))
    for _ in range(2):
        with pytest.raises(requests.Timeout):
            requests.post(service.send_url, json=body, headers=headers, timeout=0.2)
