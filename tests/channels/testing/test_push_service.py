"""The push service, as pywebpush and aiohttp see it."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid
from pywebpush import WebPushException, webpush, webpush_async

from channels.testing import base64url
from channels.testing.push_service import Answer, Drop, PushService, Subscription
from channels.testing.script import Gate

DAY = 24 * 60 * 60


def vapid() -> Vapid:
    return Vapid(ec.generate_private_key(ec.SECP256R1()))


def public(key: Vapid) -> str:
    return base64url.encode(key.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


class Sender:
    """pywebpush, with one key and one subscription made for it."""

    def __init__(self, service: PushService) -> None:
        self.service, self.key = service, vapid()
        self.subscription = service.subscribe(public(self.key))

    def send(
        self, data: str = "Ten documents!", to: Subscription | None = None, key: Vapid | None = None, **options: Any
    ) -> requests.Response:
        claims = {"sub": "mailto:push@example.com", **options.pop("claims", {})}
        options = {"ttl": 300, "timeout": 10, **options}
        response = webpush((to or self.subscription).as_json(), data, key or self.key, claims, **options)
        assert isinstance(response, requests.Response)
        return response

    def status(self, *given: Any, **options: Any) -> int | None:
        """The status of a message that is refused."""
        with pytest.raises(WebPushException) as raised:
            self.send(*given, **options)
        status = raised.value.status_code
        assert status is None or isinstance(status, int)
        return status


@pytest.fixture
def service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture
def sender(service: PushService) -> Sender:
    return Sender(service)


def test_a_message_is_decrypted_and_kept(service: PushService, sender: Sender) -> None:
    """What pywebpush encrypts for a subscription arrives as it was written, with its headers understood."""
    response = sender.send(json.dumps({"title": "Zehn Dokumente \N{PARTY POPPER}"}), headers={"Topic": "documents-10"})
    assert response.status_code == 201
    assert response.headers["Location"].startswith(service.url)
    [message] = service.messages
    assert json.loads(message.plaintext) == {"title": "Zehn Dokumente \N{PARTY POPPER}"}
    assert (message.ttl, message.topic, message.urgency) == (300, "documents-10", "normal")
    assert message.endpoint == sender.subscription.endpoint
    assert message.plaintext not in service.attempts[0].body


def test_the_async_client_in_the_same_loop() -> None:
    """`async with` serves a client in the same event loop."""

    async def story() -> None:
        async with PushService() as service, aiohttp.ClientSession() as session:
            key = vapid()
            subscription: Any = service.subscribe(public(key)).as_json()
            claims: Any = {"sub": "mailto:push@example.com"}
            await webpush_async(subscription, "Ten!", key, claims, ttl=60, timeout=10, aiohttp_session=session)
            assert [each.plaintext for each in service.messages] == [b"Ten!"]

    asyncio.run(story())


def test_a_wrong_vapid_signature_is_refused(service: PushService, sender: Sender) -> None:
    """A token that says it was signed with the subscription's key but was not: 403 (RFC 8292, 4.2)."""
    forged = vapid().sign({"sub": "mailto:push@example.com", "aud": service.url})["Authorization"].partition(",k=")[0]
    with pytest.raises(WebPushException, match="Signature verification failed") as raised:
        webpush(
            sender.subscription.as_json(), "x", headers={"Authorization": f"{forged},k={public(sender.key)}"}, ttl=1
        )
    assert raised.value.status_code == 403
    assert service.messages == []


def test_vapid_is_demanded_and_its_claims_are_checked(service: PushService, sender: Sender) -> None:
    """401 without a token; 403 for another key, another service, a token too old or too long-lived, or no contact."""
    with pytest.raises(WebPushException) as raised:
        webpush(sender.subscription.as_json(), "x", ttl=1)
    assert raised.value.status_code == 401
    now = int(time.time())
    assert sender.status(key=vapid()) == 403
    assert sender.status(claims={"aud": "https://updates.push.services.mozilla.com"}) == 403
    assert sender.status(claims={"exp": now + DAY + 60}) == 403
    lenient = Vapid(sender.key.private_key, conf={"no-strict": True})
    assert sender.status(key=lenient, claims={"sub": "nobody"}) == 403
    late = sender.key.sign({"sub": "mailto:push@example.com", "aud": service.url, "exp": now - 1})
    with pytest.raises(WebPushException) as raised:
        webpush(sender.subscription.as_json(), "x", headers=late, ttl=1)
    assert raised.value.status_code == 403
    assert service.messages == []
    assert sender.send(claims={"exp": now + DAY - 60}).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"TTL": "soon"},
        {"TTL": "-1"},
        {"Topic": "x" * 33},
        {"Topic": "documents 10"},
        {"Urgency": "urgent"},
        {"Content-Encoding": "aesgcm"},
    ],
)
def test_bad_headers_are_refused(service: PushService, sender: Sender, headers: dict[str, str]) -> None:
    """400 for a header that RFC 8030 or 8291 does not allow; the same request without the fault passes."""
    sender.send()
    good = dict(service.attempts[0].headers)
    names = {each.lower() for each in headers}
    bad = {name: value for name, value in good.items() if name.lower() not in names} | headers
    body = service.attempts[0].body
    assert requests.post(sender.subscription.endpoint, body, headers=good, timeout=10).status_code == 201
    assert requests.post(sender.subscription.endpoint, body, headers=bad, timeout=10).status_code == 400


def test_ttl_is_required(service: PushService, sender: Sender) -> None:
    """400 without a TTL (RFC 8030, 5.2)."""
    sender.send()
    headers = {name: value for name, value in service.attempts[0].headers.items() if name.lower() != "ttl"}
    response = requests.post(sender.subscription.endpoint, service.attempts[0].body, headers=headers, timeout=10)
    assert response.status_code == 400


def test_a_body_may_have_4096_bytes_and_no_more(service: PushService, sender: Sender) -> None:
    """aes128gcm leaves 3993 bytes of plaintext; one more is 413."""
    assert sender.send("x" * 3993).status_code == 201
    assert len(service.attempts[0].body) == 4096
    assert sender.status("x" * 3994) == 413


def test_what_the_browser_could_not_read_is_refused(service: PushService, sender: Sender) -> None:
    """400 for a body that was encrypted for somebody else."""
    other = service.subscribe(public(sender.key))
    mixed = Subscription(sender.subscription.endpoint, other.p256dh, other.auth)
    assert sender.status(to=mixed) == 400


def test_only_a_key_on_the_curve_can_be_subscribed_with(service: PushService) -> None:
    """As in a browser, a mistaken key is noticed when subscribing, not at the first message."""
    for key in ("", "no key", "A" * 87):
        with pytest.raises(ValueError):  # noqa: PT011 - the words are the libraries'
            service.subscribe(key)


def test_subscriptions_end(service: PushService, sender: Sender) -> None:
    """410 once it was ended, 404 when there never was one."""
    service.unsubscribe(sender.subscription.endpoint)
    assert sender.status() == 410
    nowhere = Subscription(f"{service.url}/push/999", sender.subscription.p256dh, sender.subscription.auth)
    assert sender.status(to=nowhere) == 404


def test_a_topic_replaces_what_was_not_delivered(service: PushService, sender: Sender) -> None:
    """RFC 8030, 5.4: the newest of a topic, other topics and none untouched; what was delivered is not replaced."""
    other = service.subscribe(public(sender.key))
    for data, headers in [("old", {"Topic": "a"}), ("b", {"Topic": "b"}), ("plain", {}), ("new", {"Topic": "a"})]:
        sender.send(data, headers=headers)
    sender.send("elsewhere", to=other, headers={"Topic": "a"})
    shown = service.deliver(sender.subscription.endpoint)
    assert [each.plaintext for each in shown] == [b"b", b"plain", b"new"]
    assert len(service.messages) == 5
    sender.send("newer", headers={"Topic": "a"})
    assert [each.plaintext for each in service.deliver(sender.subscription.endpoint)] == [b"newer"]
    assert service.deliver(sender.subscription.endpoint) == []


def test_a_message_past_its_ttl_is_not_delivered() -> None:
    """It waits for TTL seconds; with 0, which is pywebpush's default, not at all."""
    now = [time.time()]
    with PushService(clock=lambda: now[0]) as service:
        sender = Sender(service)
        for ttl in (0, 60, 120):
            sender.send(str(ttl), ttl=ttl)
        now[0] += 60
        assert [each.plaintext for each in service.deliver(sender.subscription.endpoint)] == [b"120"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 429, 500, 502, 503])
def test_any_status_on_command(service: PushService, sender: Sender, status: int) -> None:
    """The status, its header and its words reach the client; nothing is kept; the next one passes."""
    service.answer(Answer(status, "not now", headers={"Retry-After": "120"}))
    with pytest.raises(WebPushException, match="not now") as raised:
        sender.send()
    assert (raised.value.status_code, raised.value.retry_after) == (status, "120")
    assert service.messages == []
    assert sender.send().status_code == 201


def test_a_status_under_300_keeps_the_message(service: PushService, sender: Sender) -> None:
    """202, as for a sender who asked for a receipt (RFC 8030, 5.1), with the headers that were asked for."""
    service.answer(Answer(202, headers={"Link": "</receipts/1>"}))
    response = sender.send()
    assert (response.status_code, response.headers["Link"]) == (202, "</receipts/1>")
    assert len(service.messages) == 1


def test_an_answer_for_one_subscription_is_not_for_another(service: PushService, sender: Sender) -> None:
    """The others are answered as usual."""
    other = service.subscribe(public(sender.key))
    service.keep_answering(Answer(503), endpoint=other.endpoint)
    assert sender.send().status_code == 201
    assert [sender.status(to=other) for _ in range(2)] == [503, 503]


@pytest.mark.parametrize("status", [301, 307])
def test_redirects(service: PushService, sender: Sender, status: int) -> None:
    """A client that follows is seen where it was sent to; one that does not sees the redirect."""
    elsewhere = f"{service.url}/internal"
    service.keep_answering(Answer(status, headers={"Location": elsewhere}))
    assert sender.status() == 404
    assert [each.path for each in service.attempts][1:] == ["/internal"]
    session = requests.Session()
    post = session.post
    session.post = lambda url, **options: post(url, allow_redirects=False, **options)  # type: ignore[method-assign]
    with session:
        assert sender.status(requests_session=session) == status
    assert len(service.attempts) == 3
    assert service.messages == []


def test_a_connection_dropped_before_and_after_it_is_kept(service: PushService, sender: Sender) -> None:
    """The client cannot tell the two apart; the service can."""
    for drop, kept in ((Drop.BEFORE, 0), (Drop.AFTER, 1)):
        service.answer(Answer(drop=drop))
        with pytest.raises(requests.ConnectionError):
            sender.send()
        assert len(service.messages) == kept


def test_a_client_gives_up_on_an_answer_that_does_not_come(service: PushService, sender: Sender) -> None:
    """A client with a time limit is through with it; the service's end waits for nobody."""
    service.answer(Answer(delay=3600), Answer(gate=Gate()))
    for _ in range(2):
        with pytest.raises(requests.Timeout):
            sender.send(timeout=0.2)


def test_a_gate_holds_an_answer_back_and_the_server_ends_all_the_same() -> None:
    """The message is kept while its sender still waits; the server's end breaks the connection off."""

    async def story() -> None:
        async with PushService() as service:
            key, gate = vapid(), Gate()
            subscription: Any = service.subscribe(public(key)).as_json()
            claims: Any = {"sub": "mailto:push@example.com"}
            service.answer(Answer(gate=gate))
            sending = asyncio.create_task(webpush_async(subscription, "Ten!", key, claims, ttl=60, timeout=10))
            await gate.reached()
            assert not sending.done()
            assert len(service.messages) == 1
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await sending

    asyncio.run(story())
