from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable, Unsendable
from channels.dispatch.sender import Sender
from channels.render.error import RenderError
from channels.testing.certificate import Certificate
from channels.testing.push_refusal import apple, chrome, mozilla
from channels.testing.push_service import Answer, Drop, PushService
from channels.web_push.answers import ROWS, Meaning, Row
from channels.web_push.keys import VapidKeys
from channels.web_push.payload import payload_of
from channels.web_push.sender import make_sender
from schemas.contact import WebPushTarget
from schemas.delivery import EmailTo
from schemas.errors import CairnError
from schemas.reject_codes import CODES
from stream.runtime.exits import Exit
from stream.runtime.outbound.transport import KEPT
from tests.channels.web_push.pushes import CONTENT, FixedRenderer, delivery, settings, target

Result = TypeVar("Result")
Subscribe = Callable[[], WebPushTarget]


class Channel:
    """Runs what is done with one sender on a loop of its own."""

    def __init__(self, keys: VapidKeys, certificate: Certificate) -> None:
        self.keys, self.certificate = keys, certificate
        self.renderer = FixedRenderer()
        self.settings: dict[str, object] = {}

    def run(self, story: Callable[[Sender], Awaitable[Result]]) -> Result:
        async def whole() -> Result:
            sender = make_sender(settings(self.keys, self.certificate.ca_file, **self.settings), self.renderer)
            try:
                return await story(sender)
            finally:
                await sender.close()

        return asyncio.run(whole())

    def send(self, *targets: WebPushTarget) -> list[Outcome]:
        """One after the other."""

        async def story(sender: Sender) -> list[Outcome]:
            return [await sender.send(delivery(each)) for each in targets]

        return self.run(story)


@pytest.fixture
def channel(keys: VapidKeys, certificate: Certificate) -> Channel:
    return Channel(keys, certificate)


def test_a_message_arrives(channel: Channel, service: PushService, subscribe: Subscribe) -> None:
    """Encrypted for the browser, signed, to be kept for the time that is set, replacing what waits under its tag."""
    channel.settings = {"time_to_live": "1 h"}
    browser = subscribe()
    [outcome] = channel.send(browser)

    [message] = service.messages
    assert outcome == Delivered(code="201", provider_id=f"{service.url}/message/1")
    assert message.plaintext == payload_of(CONTENT)
    assert (message.endpoint, message.ttl) == (browser.endpoint, 3_600)
    assert (message.topic, message.urgency) == (CONTENT.tag, "normal")
    assert len(service.attempts) == 1


def test_a_repeat_is_shown_once(channel: Channel, service: PushService, subscribe: Subscribe) -> None:
    """Nobody knows whether the first was taken: sent again, the browser gets one message when it is back."""
    browser = subscribe()
    service.answer(Answer(drop=Drop.AFTER))
    first, second = channel.send(browser, browser)

    assert isinstance(first, Unavailable)
    assert (first.code, first.unknown) == ("no_answer", True)
    assert isinstance(second, Delivered)
    assert len(service.messages) == 2
    assert len(service.deliver(browser.endpoint)) == 1


BY_STATUS = {
    400: (Unsendable, "refused_payload"),
    401: (Unavailable, "401"),
    403: (Unavailable, "403"),
    404: (Gone, "404"),
    410: (Gone, "410"),
    413: (Unsendable, "refused_payload"),
    429: (Unavailable, "429"),
    500: (Unavailable, "500"),
    502: (Unavailable, "502"),
    503: (Unavailable, "503"),
}


@pytest.mark.parametrize("status", BY_STATUS)
def test_each_answer(status: int, channel: Channel, service: PushService, subscribe: Subscribe) -> None:
    """One request, whatever is answered, and the meaning of the answer; the text of it goes nowhere."""
    service.answer(Answer(status, "<html>not our words</html>", headers={"Retry-After": "7"}))
    [outcome] = channel.send(subscribe())

    kind, code = BY_STATUS[status]
    assert (type(outcome), outcome.code) == (kind, code)
    assert "our words" not in repr(outcome)
    assert getattr(outcome, "after", 7.0) == 7.0
    assert getattr(outcome, "unknown", False) is False
    assert getattr(outcome, "ours", None) is (status in (401, 403) if kind is Unavailable else None)
    assert len(service.attempts) == 1


MET: list[tuple[Answer, type[Outcome], str]] = [
    (apple(403, "BadJwtToken"), RetryLater, "403 BadJwtToken"),
    (apple(403, "ExpiredJwtToken"), RetryLater, "403 ExpiredJwtToken"),
    (apple(400, "BadAuthorizationHeader"), RetryLater, "400 BadAuthorizationHeader"),
    (apple(400, "BadVapidPublicKey"), RetryLater, "400 BadVapidPublicKey"),
    (apple(400, "VapidPkHashMismatch"), Gone, "400 VapidPkHashMismatch"),
    (apple(400, "BadTtl"), Unsendable, "refused_payload"),
    (apple(400, "BadUrgency"), Unsendable, "refused_payload"),
    (apple(400, "BadWebPushTopic"), Unsendable, "refused_payload"),
    (apple(400, "BadWebPushRequest"), Unsendable, "refused_payload"),
    (apple(413, "PayloadTooLarge"), Unsendable, "refused_payload"),
    (apple(404, "BadPath"), Gone, "404 BadPath"),
    (apple(400, "BadDeviceToken"), Gone, "400 BadDeviceToken"),
    (apple(410, "Unregistered"), Gone, "410 Unregistered"),
    (apple(429, "TooManyRequests"), RetryLater, "429 TooManyRequests"),
    (apple(500, "InternalServerError"), Unavailable, "500 InternalServerError"),
    (apple(503, "ServiceUnavailable"), Unavailable, "503 ServiceUnavailable"),
    (apple(503, "Shutdown"), Unavailable, "503 Shutdown"),
    (mozilla(401, 109, "VAPID public key mismatch"), Gone, "401 errno 109"),
    (mozilla(401, 109, "Invalid bearer token: Auth expired"), RetryLater, "401 errno 109"),
    (mozilla(400, 101), Unsendable, "refused_payload"),
    (mozilla(400, 110), Unsendable, "refused_payload"),
    (mozilla(400, 111), Unsendable, "refused_payload"),
    (mozilla(400, 112), Unsendable, "refused_payload"),
    (mozilla(400, 113), Unsendable, "refused_payload"),
    (mozilla(413, 104), Unsendable, "refused_payload"),
    (mozilla(404, 102), Gone, "404 errno 102"),
    (mozilla(410, 103), Gone, "410 errno 103"),
    (mozilla(410, 105), Gone, "410 errno 105"),
    (mozilla(410, 106), Gone, "410 errno 106"),
    (mozilla(400, 108), Rejected, "400 errno 108"),
    (mozilla(429, 201, retry_after=117), Unavailable, "429 errno 201"),
    (mozilla(503, 202), Unavailable, "503 errno 202"),
    (mozilla(502, 900), Unavailable, "502 errno 900"),
    (mozilla(502, 901), Unavailable, "502 errno 901"),
    (mozilla(502, 902), Unavailable, "502 errno 902"),
    (mozilla(502, 903), Unavailable, "502 errno 903"),
    (mozilla(500, 999), Unavailable, "500 errno 999"),
    (
        chrome(
            403,
            "the VAPID credentials in the authorization header do not correspond to the credentials used to create the "
            "subscriptions.\n",
        ),
        Gone,
        "403",
    ),
    (chrome(400, "<HTML><TITLE>UnauthorizedRegistration</TITLE></HTML>"), RetryLater, "400"),
    (chrome(401, "authorization header must be specified.\n"), RetryLater, "401"),
    (chrome(403, "invalid JWT provided\n"), RetryLater, "403"),
]
"""Of each row of the table: an answer that it is for, and what becomes of it once our key was taken."""


@pytest.mark.parametrize(("row", "met"), [*zip(ROWS, MET, strict=True)])
def test_each_row_of_the_table(
    row: Row, met: tuple[Answer, type[Outcome], str], channel: Channel, service: PushService, subscribe: Subscribe
) -> None:
    """Of a subscription among sound ones, and as the first word of a push service: what is about our key is then ours,
    and stops the channel before one subscription is thrown away.
    """
    answer, kind, code = met
    sound, other = subscribe(), subscribe()
    service.keep_answering(answer, endpoint=other.endpoint)
    outcomes = channel.send(sound, other, sound)
    assert [type(each) for each in outcomes] == [Delivered, kind, Delivered]
    assert outcomes[1].code == code
    assert getattr(outcomes[1], "ours", False) is False
    assert getattr(outcomes[1], "after", None) == (117.0 if "Retry-After" in answer.headers else None)

    [first] = channel.send(other)
    ours = row.means in (Meaning.SIGNATURE, Meaning.OTHER_KEY)
    assert getattr(first, "ours", False) is ours
    assert ours or type(first) is kind
    assert row.source.startswith(("developer.apple.com/", "mozilla-services.github.io/", "github.com/"))


def test_the_reason_is_read_to_a_bound(channel: Channel, service: PushService, subscribe: Subscribe) -> None:
    """What stands behind the first 2 kB is not looked for; the status decides, and the connection is given up."""
    service.answer(Answer(403, " " * KEPT + '{"reason": "VapidPkHashMismatch"}'))
    first, second = channel.send(browser := subscribe(), browser)
    assert isinstance(first, Unavailable)
    assert (first.code, first.ours) == ("403", True)
    assert isinstance(second, Delivered)


def test_real_refusals_of_the_push_service(channel: Channel, service: PushService, keys: VapidKeys) -> None:
    """A browser that left, one that never was, and a key that is not the subscription's."""
    left, foreign = service.subscribe(keys.public), service.subscribe(VapidKeys.generate().public)
    service.unsubscribe(left.endpoint)
    never = target(left, endpoint=f"{service.url}/push/999")

    assert [type(each) for each in channel.send(target(left), never)] == [Gone, Gone]
    [outcome] = channel.send(target(foreign))
    assert isinstance(outcome, Unavailable)
    assert outcome.ours


def test_one_foreign_subscription_stops_nobody(channel: Channel, service: PushService, keys: VapidKeys) -> None:
    """Whoever posts a subscription made with a key of their own gets 403. Our key was taken, so it is not at fault."""
    sound, foreign = service.subscribe(keys.public), service.subscribe(VapidKeys.generate().public)
    first, second, third = channel.send(target(sound), target(foreign), target(sound))

    assert (type(first), type(second), type(third)) == (Delivered, RetryLater, Delivered)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int, channel: Channel, service: PushService, subscribe: Subscribe) -> None:
    """It would lead past the check of the endpoint, to whatever we can reach and its sender cannot."""
    service.answer(Answer(status, headers={"Location": f"{service.url}/elsewhere"}))
    [outcome] = channel.send(subscribe())

    assert isinstance(outcome, Rejected)
    assert outcome.code == str(status)
    assert [each.path for each in service.attempts] == ["/push/1"]


def test_a_refused_endpoint_is_not_asked(channel: Channel, service: PushService, subscribe: Subscribe) -> None:
    """It is no reason to think that the browser is gone; and a stranger's word is no name of a provider."""
    browser = subscribe()

    async def story(sender: Sender) -> tuple[Outcome, str, str]:
        refused = WebPushTarget(endpoint="https://evil.example/x", keys=browser.keys)
        given = await sender.send(delivery(refused))
        return given, sender.provider_of(delivery(refused)), sender.provider_of(delivery(browser))

    outcome, provider, known = channel.run(story)
    assert isinstance(outcome, Rejected)
    assert outcome.code == "endpoint_refused"
    assert "evil" not in repr(outcome)
    assert (provider, known) == ("refused", "127.0.0.1")


def test_this_machine_is_refused_by_default(
    keys: VapidKeys, service: PushService, subscribe: Subscribe, certificate: Certificate
) -> None:
    """Without the opt-in no endpoint leads to a port of ours."""

    async def story() -> Outcome:
        sender = make_sender(settings(keys), FixedRenderer())
        return await sender.send(delivery(subscribe()))

    outcome = asyncio.run(story())
    assert isinstance(outcome, Rejected)
    assert outcome.code == "endpoint_refused"
    assert service.attempts == []


def test_invalid_keys_are_not_sent_to(channel: Channel, service: PushService, keys: VapidKeys) -> None:
    """Nothing can be encrypted with them, so nothing is asked."""
    [outcome] = channel.send(target(service.subscribe(keys.public), p256dh="AAAA"))

    assert isinstance(outcome, Rejected)
    assert outcome.code == "keys_invalid"
    assert service.attempts == []


@pytest.mark.parametrize(("what", "code"), [("render", "not_renderable"), ("size", "refused_payload")])
def test_content_that_cannot_be_sent(
    what: str, code: str, channel: Channel, service: PushService, subscribe: Subscribe
) -> None:
    """A fault of ours is said, not raised, and nobody is asked."""
    if what == "render":
        channel.renderer = FixedRenderer(failing=RenderError("no crossing in it"))
    else:
        channel.renderer = FixedRenderer(replace(CONTENT, body="x" * 5_000))
    [outcome] = channel.send(subscribe())

    assert isinstance(outcome, Unsendable)
    assert outcome.code == code
    assert code in CODES
    assert service.attempts == []


def test_another_channel_is_a_fault_of_ours(channel: Channel) -> None:
    """The dispatcher reads one topic; a delivery of another channel in it is no message to lose quietly."""

    async def story(sender: Sender) -> None:
        await sender.send(delivery(EmailTo(address="a@b.example")))

    with pytest.raises(TypeError, match="EmailTo"):
        channel.run(story)


def test_many_at_once(channel: Channel, service: PushService, subscribe: Subscribe) -> None:
    """More than there are connections: every browser gets its own message, once."""
    channel.settings = {"in_flight": 8}
    browsers = [subscribe() for _ in range(200)]

    async def story(sender: Sender) -> list[Outcome]:
        return await asyncio.gather(*(sender.send(delivery(each)) for each in browsers))

    outcomes = channel.run(story)

    assert {type(each) for each in outcomes} == {Delivered}
    assert {each.endpoint for each in service.messages} == {each.endpoint for each in browsers}
    assert len(service.messages) == 200


def test_make_sender_opens_nothing(keys: VapidKeys) -> None:
    """It is made before there is a loop, and one that was never used closes."""
    asyncio.run(make_sender(settings(keys), FixedRenderer()).close())


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"vapid_private_key": ""}, "web_push.vapid_private_key"),
        ({"vapid_private_key": "nonsense"}, "web_push.vapid_private_key"),
        ({"vapid_subject": ""}, "web_push.vapid_subject"),
        ({"vapid_subject": "you@acme.example"}, "web_push.vapid_subject"),
        ({"push_hosts": ["https://a.example"]}, "web_push.push_hosts"),
        ({"loopback_endpoints": True, "loopback_ca_file": "no-such.pem"}, "web_push.loopback_ca_file = no-such.pem"),
    ],
)
def test_settings_that_cannot_be_used(changed: dict[str, object], where: str, keys: VapidKeys) -> None:
    """They are found at the start, with the setting and the cure, not at the first message."""
    with pytest.raises(CairnError) as raised:
        make_sender(settings(keys, None, **changed), FixedRenderer())

    assert (raised.value.exit, raised.value.where) == (Exit.USAGE, where)
    assert raised.value.fix


def test_a_ca_file_without_certificates(keys: VapidKeys, tmp_path: Path) -> None:
    """As one that is not there."""
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(CairnError, match="cannot read CA certificates"):
        make_sender(settings(keys, tmp_path / "ca.pem"), FixedRenderer())
