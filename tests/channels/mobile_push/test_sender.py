"""The sender against a local FCM."""

from __future__ import annotations

import asyncio
import json
import socket
import warnings
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from structlog.testing import capture_logs

from channels.dispatch.outcome import Delivered, Gone, Outcome, RetryLater, Unavailable, Unsendable
from channels.dispatch.sender import Sender
from channels.mobile_push.answers import ROWS, Meaning, Row
from channels.mobile_push.sender import make_sender
from channels.render.error import RenderError
from channels.testing.fcm_service import Answer, Drop, FcmError, FcmService
from channels.testing.script import Gate
from schemas.delivery import EmailTo
from schemas.errors import CairnError
from schemas.reject_codes import CODES
from stream.runtime.settings import Settings
from tests.channels.mobile_push.samples import CONTENT, Rendered, delivery, settings

T = TypeVar("T")
SEND = "/v1/projects/cairn-test/messages:send"


@pytest.fixture
def service() -> Iterator[FcmService]:
    with FcmService() as service:
        yield service


@pytest.fixture
def own(service: FcmService, tmp_path: Path) -> Settings:
    return settings(service, tmp_path)


def play(settings: Settings, story: Callable[[Sender], Awaitable[T]], rendered: Any = CONTENT) -> T:
    """Run a story with a sender of its own; a warning is an error, as everywhere in the tests."""

    async def run() -> T:
        sender = make_sender(settings, Rendered(rendered))
        try:
            return await story(sender)
        finally:
            await sender.close()

    return asyncio.run(run())


def sent(settings: Settings, *devices: str, rendered: Any = CONTENT) -> list[Outcome]:
    """Send to these devices, one after the other."""

    async def story(sender: Sender) -> list[Outcome]:
        return [await sender.send(delivery(device)) for device in devices]

    return play(settings, story, rendered)


def requests(service: FcmService, path: str = SEND) -> int:
    return [each.path for each in service.attempts].count(path)


def test_it_arrives(service: FcmService, own: Settings) -> None:
    """FCM has the notification under the name that the outcome tells; a registration token causes no warning."""
    device = service.register()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        [outcome] = sent(own, device)
    [message] = service.messages
    assert outcome == Delivered(code="200", provider_id=message.name)
    assert message.device == device
    assert message.body["notification"]["title"] == CONTENT.title
    assert message.body["android"]["ttl"] == "86400s"


def test_an_installation_id_arrives_too(service: FcmService, own: Settings) -> None:
    """Apps that registered by their installation id are reached by it."""
    device = "cA1b2C3d4E5f6G7h8I9j0K"
    service._devices["fid", device] = service.project
    assert isinstance(sent(own, device)[0], Delivered)


def test_many_at_once(service: FcmService, own: Settings) -> None:
    """All are in flight together, on one access token; each gets its own outcome."""
    alive, gone = [service.register() for _ in range(50)], [service.register() for _ in range(50)]
    for device in gone:
        service.unregister(device)

    async def story(sender: Sender) -> list[Outcome]:
        return await asyncio.gather(*(sender.send(delivery(each)) for each in [*alive, *gone]))

    outcomes = play(own, story)
    assert [type(each) for each in outcomes] == [Delivered] * 50 + [Gone] * 50
    assert {each.device for each in service.messages} == {*alive}
    assert (requests(service), requests(service, "/token")) == (100, 1)


@pytest.mark.parametrize(
    ("error", "kind", "ours"),
    [
        (FcmError.INVALID_ARGUMENT, Unsendable, False),
        (FcmError.UNREGISTERED, Gone, False),
        (FcmError.SENDER_ID_MISMATCH, Unavailable, True),
        (FcmError.UNSPECIFIED_ERROR, Unavailable, False),
        (FcmError.RESOURCE_EXHAUSTED, Unavailable, False),
        (FcmError.NOT_FOUND, Unavailable, True),
        (FcmError.QUOTA_EXCEEDED, Unavailable, False),
        (FcmError.UNAVAILABLE, Unavailable, False),
        (FcmError.INTERNAL, Unavailable, False),
        (FcmError.THIRD_PARTY_AUTH_ERROR, Unavailable, True),
        (FcmError.PERMISSION_DENIED, Unavailable, True),
    ],
)
def test_every_documented_error(
    service: FcmService, own: Settings, error: FcmError, kind: type[Outcome], ours: bool
) -> None:
    """Each is an outcome after exactly one request, with the wait that FCM asks for; none is repeated in the call."""
    service.keep_answering(error.answer(retry_after=120))
    [outcome] = sent(own, service.register())
    assert type(outcome) is kind
    assert requests(service) == 1
    if isinstance(outcome, Unavailable):
        assert (outcome.ours, outcome.unknown) == (ours, False)
        assert outcome.after == (None if ours else 120)


def test_devices_that_are_no_more(service: FcmService, own: Settings) -> None:
    """Removed, of another project, never there: each is gone, and a stranger's project is logged without its token."""
    sound, gone, foreign = service.register(), service.register(), service.register(project="another")
    service.unregister(gone)
    with capture_logs() as lines:
        outcomes = sent(own, sound, gone, foreign, "no-token-of-ours")
    assert [each.code for each in outcomes if isinstance(each, Gone)] == [
        "UNREGISTERED",
        "SENDER_ID_MISMATCH",
        "INVALID_ARGUMENT",
    ]
    assert [each["event"] for each in lines] == ["fcm_token_of_another_project"]
    assert foreign not in str(lines)


def test_an_hour_with_a_wrong_service_account(service: FcmService, own: Settings) -> None:
    """Every device is said to be another project's. None is buried, the log says once what to mend; with the right
    account, which is a start later, all of them are reached.
    """
    devices = [service.register() for _ in range(30)]
    service.keep_answering(FcmError.SENDER_ID_MISMATCH.answer())
    with capture_logs() as lines:
        outcomes = sent(own, *devices)
    assert {(type(each), getattr(each, "ours", None)) for each in outcomes} == {(Unavailable, True)}
    assert [each["event"] for each in lines] == ["fcm_devices_all_refused"]
    assert "mobile_push.service_account" in lines[0]["fix"]
    service.keep_answering(Answer())
    assert {type(each) for each in sent(own, *devices)} == {Delivered}


MET: list[tuple[Answer, type[Outcome], str]] = [
    (FcmError.UNREGISTERED.answer(), Gone, "UNREGISTERED"),
    (FcmError.SENDER_ID_MISMATCH.answer(), Gone, "SENDER_ID_MISMATCH"),
    (
        FcmError.INVALID_ARGUMENT.answer(reason="APNs device token is disabled.", apns="Unregistered"),
        Gone,
        "INVALID_ARGUMENT",
    ),
    (FcmError.INVALID_ARGUMENT.answer(apns="BadDeviceToken"), Gone, "INVALID_ARGUMENT"),
    (FcmError.INVALID_ARGUMENT.answer(apns="DeviceTokenNotForTopic"), Gone, "INVALID_ARGUMENT"),
    (FcmError.INVALID_ARGUMENT.answer(field="message.token"), Gone, "INVALID_ARGUMENT"),
    (
        FcmError.INVALID_ARGUMENT.answer(reason="The registration token is not a valid FCM registration token"),
        Gone,
        "INVALID_ARGUMENT",
    ),
    (FcmError.INVALID_ARGUMENT.answer(field="message.data[0].value"), Unsendable, "refused_payload"),
    (FcmError.QUOTA_EXCEEDED.answer(quota="device:c4f2"), RetryLater, "QUOTA_EXCEEDED"),
    (FcmError.QUOTA_EXCEEDED.answer(12), Unavailable, "QUOTA_EXCEEDED"),
    (FcmError.RESOURCE_EXHAUSTED.answer(), Unavailable, "RESOURCE_EXHAUSTED"),
    (FcmError.UNAVAILABLE.answer(), Unavailable, "UNAVAILABLE"),
    (FcmError.INTERNAL.answer(), Unavailable, "INTERNAL"),
    (FcmError.UNSPECIFIED_ERROR.answer(), Unavailable, "UNSPECIFIED_ERROR"),
    (FcmError.DEADLINE_EXCEEDED.answer(), Unavailable, "DEADLINE_EXCEEDED"),
    (
        FcmError.THIRD_PARTY_AUTH_ERROR.answer(apns="InvalidProviderToken"),
        Unavailable,
        "THIRD_PARTY_AUTH_ERROR",
    ),
    (FcmError.UNAUTHENTICATED.answer(), Unavailable, "UNAUTHENTICATED"),
    (FcmError.PERMISSION_DENIED.answer(), Unavailable, "PERMISSION_DENIED"),
    (FcmError.NOT_FOUND.answer(), Unavailable, "NOT_FOUND"),
]
"""Of each row of the table: an answer that it is for, and what becomes of it."""


@pytest.mark.parametrize(("row", "met"), [*zip(ROWS, MET, strict=True)])
def test_each_row_of_the_table(
    service: FcmService, own: Settings, row: Row, met: tuple[Answer, type[Outcome], str]
) -> None:
    """After a message that was taken, the answer, and one that is taken again: only that device is concerned."""
    answer, kind, code = met
    first, second = service.register(), service.register()
    service.keep_answering(answer, device=second)
    outcomes = sent(own, first, second, first)
    assert [type(each) for each in outcomes] == [Delivered, kind, Delivered]
    assert outcomes[1].code == code
    if isinstance(outcomes[1], Unavailable):
        assert (outcomes[1].ours, outcomes[1].unknown) == (row.means is Meaning.OURS, row.means is Meaning.UNKNOWN)
    assert row.source.startswith(("firebase.google.com/", "developer.apple.com/", "cloud.google.com/"))


def test_a_page_in_between(service: FcmService, own: Settings) -> None:
    """502 with HTML is not FCM's word: later, and nobody is to blame."""
    service.answer(Answer(502, "<html>Bad Gateway</html>"))
    [outcome] = sent(own, service.register())
    assert isinstance(outcome, Unavailable)
    assert (outcome.code, outcome.ours, outcome.unknown) == ("502", False, False)


@pytest.mark.parametrize("drop", Drop)
def test_a_connection_that_is_lost(service: FcmService, own: Settings, drop: Drop) -> None:
    """After the request had left nobody knows whether FCM has it; it is not sent again behind the caller's back."""
    service.answer(Answer(drop=drop))
    [outcome] = sent(own, service.register())
    assert isinstance(outcome, Unavailable)
    assert (outcome.code, outcome.unknown) == ("connection_lost", True)
    assert requests(service) == 1


def test_an_idle_connection_that_was_closed(service: FcmService, own: Settings) -> None:
    """A lost connection spoils its own message only; the next one gets a new connection."""
    service.answer(Answer(), Answer(drop=Drop.BEFORE))
    device = service.register()
    outcomes = sent(own, device, device, device)
    assert [type(each) for each in outcomes] == [Delivered, Unavailable, Delivered]


def test_an_answer_that_does_not_come(service: FcmService, tmp_path: Path) -> None:
    """The call ends with its time, and says that FCM may have the message."""
    service.answer(Answer(gate=Gate()))
    own = settings(service, tmp_path, attempt_timeout=0.3)
    [outcome] = sent(own, service.register())
    assert isinstance(outcome, Unavailable)
    assert (outcome.code, outcome.unknown) == ("timeout", True)


def test_nobody_there(service: FcmService, tmp_path: Path) -> None:
    """Without a connection nothing has left, so nothing is unknown."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        own = settings(service, tmp_path, fcm_url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        [outcome] = sent(own, service.register())
    assert isinstance(outcome, Unavailable)
    assert (outcome.code, outcome.unknown, outcome.ours) == ("not_connected", False, False)


def test_a_connection_that_never_stands(service: FcmService, tmp_path: Path) -> None:
    """Time that runs out before the request left leaves nothing unknown either: here TLS is never answered."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        [outcome] = sent(settings(service, tmp_path, fcm_url=url, attempt_timeout=0.3), service.register())
    assert isinstance(outcome, Unavailable)
    assert (outcome.code, outcome.unknown) == ("timeout", False)


def test_a_revoked_token_is_replaced(service: FcmService, own: Settings) -> None:
    """The request that it failed left nothing behind: once more with a new one, for all in flight together."""
    devices = [service.register() for _ in range(20)]

    async def story(sender: Sender) -> list[Outcome]:
        await sender.send(delivery(devices[0]))
        service.revoke_access_tokens()
        return await asyncio.gather(*(sender.send(delivery(each)) for each in devices))

    assert {type(each) for each in play(own, story)} == {Delivered}
    assert requests(service, "/token") == 2


def test_a_token_that_is_never_taken(service: FcmService, own: Settings) -> None:
    """Refused with a new one too: the credentials are wrong, and two requests are the end of it."""
    service.keep_answering(FcmError.UNAUTHENTICATED.answer())
    [outcome] = sent(own, service.register())
    assert isinstance(outcome, Unavailable)
    assert (outcome.code, outcome.ours) == ("UNAUTHENTICATED", True)
    assert requests(service) == 2


def test_a_revoked_key(service: FcmService, own: Settings) -> None:
    """Google gives no token: nothing is asked of FCM, and the cure is told. A later token mends it."""
    withdrawn = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
    service.answer_token_request(Answer(400, json.dumps(withdrawn)))
    device = service.register()
    first, second = sent(own, device, device)
    assert isinstance(first, Unavailable)
    assert (first.code, first.ours, first.unknown) == ("invalid_grant", True, False)
    assert "mobile_push.service_account" in first.detail
    assert isinstance(second, Delivered)


def test_a_token_endpoint_that_does_not_answer(service: FcmService, tmp_path: Path) -> None:
    """The wait for a token is within the attempt's time, and nothing has left."""
    gate = Gate()
    service.answer_token_request(Answer(gate=gate))

    async def story(sender: Sender) -> Outcome:
        try:
            return await sender.send(delivery(service.register()))
        finally:
            gate.open()

    outcome = play(settings(service, tmp_path, attempt_timeout=0.3), story)
    assert isinstance(outcome, Unavailable)
    assert (outcome.code, outcome.unknown) == ("timeout", False)
    assert requests(service) == 0


def test_redirects_are_not_followed(service: FcmService, own: Settings) -> None:
    """The access token goes to FCM alone."""
    service.answer(Answer(307, headers={"Location": f"{service.url}/elsewhere"}))
    [outcome] = sent(own, service.register())
    assert isinstance(outcome, Unavailable)
    assert requests(service, "/elsewhere") == 0


def test_the_proxy_of_the_environment(service: FcmService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only a proxy leads out it is used, unless NO_PROXY names the host."""
    own = settings(service, tmp_path, fcm_url="http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", service.url)
    assert isinstance(sent(own, service.register())[0], Delivered)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    [outcome] = sent(own, service.register())
    assert isinstance(outcome, Unavailable)
    assert outcome.code == "not_connected"


@pytest.mark.parametrize(
    ("error", "code"),
    [(RenderError("the unit is unknown"), "not_renderable"), (ValueError("ada@acme.example"), "refused_payload")],
)
def test_what_cannot_be_rendered_asks_nobody(service: FcmService, own: Settings, error: Exception, code: str) -> None:
    """A delivery that no message can be made of is a dead letter, without anything personal in its detail."""
    [outcome] = sent(own, service.register(), rendered=error)
    assert isinstance(outcome, Unsendable)
    assert outcome.code == code
    assert code in CODES
    assert "ada" not in outcome.detail
    assert service.attempts == []


def test_another_channels_delivery(own: Settings) -> None:
    """It is no token: nothing is asked of anybody."""

    async def story(sender: Sender) -> Outcome:
        assert sender.provider_of(delivery("t")) == "fcm"
        return await sender.send(delivery(EmailTo(address="ada@acme.example")))

    outcome = play(own, story)
    assert isinstance(outcome, Unsendable)
    assert outcome.code == "wrong_type"


@pytest.mark.parametrize(
    "url",
    ["http://fcm.googleapis.com", "ftp://127.0.0.1", "fcm.googleapis.com", "https://", "https://u:p@h", "https://h?a"],
)
def test_an_address_that_would_give_the_token_away(service: FcmService, tmp_path: Path, url: str) -> None:
    """https, or this machine: anything else ends the start with the cure, exit 2."""
    with pytest.raises(CairnError) as raised:
        make_sender(settings(service, tmp_path, fcm_url=url), Rendered())
    assert (raised.value.exit, raised.value.where) == (2, "mobile_push.fcm_url")


def test_a_key_that_everybody_may_read(own: Settings) -> None:
    """It is used, and said."""
    path = own.mobile_push.service_account
    assert path is not None
    path.chmod(0o644)
    with capture_logs() as lines:
        make_sender(own, Rendered())
    assert [each["event"] for each in lines] == ["service_account_readable_by_all"]


def test_no_key_at_all() -> None:
    """A dispatcher without credentials does not start: exit 2."""
    with pytest.raises(CairnError) as raised:
        make_sender(Settings(), Rendered())
    assert raised.value.exit == 2
