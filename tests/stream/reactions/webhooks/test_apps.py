"""The webhooks that the settings describe, over real TLS to an endpoint on this machine."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channels.testing.certificate import Certificate
from schemas.errors import CairnError
from stream.reactions.reacting import Reacting
from stream.reactions.webhooks.apps import WebhookApp, webhook_apps
from stream.runtime.exits import Exit
from stream.runtime.layers import load
from tests.stream.reactions.places import CROSSING, EXAMPLE, Events, Place, StoppedError
from tests.stream.reactions.webhooks.receiver import Receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def receiver(certificate: Certificate) -> Iterator[Receiver]:
    with Receiver(certificate) as found:
        yield found


def apps(urls: str, ca_file: Path | None = None, **options: Any) -> tuple[WebhookApp, ...]:
    own = {
        "webhooks.urls": urls,
        "webhooks.secrets": SECRET,
        "webhooks.loopback": ca_file is not None,
        "webhooks.loopback_ca_file": ca_file,
        **{f"webhooks.{name}": value for name, value in options.items()},
    }
    return webhook_apps(load(environ={}, options=own).settings)


def post(app: WebhookApp, values: list[bytes], place: Place | None = None) -> Place:
    place = place or Place(longest_pause=4.0)
    (reaction,) = app.reactions.values()

    async def story() -> None:
        acting = Reacting(reaction, place, now=lambda: place.now, chance=lambda: 1.0)
        try:
            await acting.run(Events(place, values))
        finally:
            await app._endpoint.close()

    asyncio.run(story())
    return place


def app_for(receiver: Receiver, **options: Any) -> WebhookApp:
    (app,) = apps(receiver.url, receiver.certificate.ca_file, **options)
    return app


def test_a_record_is_posted_as_it_is_and_signed(receiver: Receiver) -> None:
    """Byte for byte, under the crossing's id, with a signature that a receiver can check."""
    value = EXAMPLE.replace(b"{", b'{"from_a_later_release": [1.10], ', 1)
    post(app_for(receiver), [value])

    (request,) = receiver.requests
    assert request.body == value
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Idempotency-Key"] == request.headers["webhook-id"] == CROSSING.id
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    content = f"{CROSSING.id}.{request.headers['webhook-timestamp']}.".encode() + value
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"


def test_an_endpoint_that_is_away_is_tried_again(receiver: Receiver) -> None:
    receiver.answers = [503, 429, 204]
    place = post(app_for(receiver), [EXAMPLE])

    assert len(receiver.requests) == 3
    assert {each.headers["webhook-id"] for each in receiver.requests} == {CROSSING.id}
    assert place.letters == []
    assert len(place.handled_ids) == 1


def test_what_is_refused_is_set_aside_and_the_next_one_comes(receiver: Receiver) -> None:
    receiver.answers = [422, 204]
    place = post(app_for(receiver), [EXAMPLE, EXAMPLE])

    assert [(offset, code) for offset, code, _ in place.letters] == [(0, "webhook_refused")]
    assert "422" in place.letters[0][2]
    assert len(place.handled_ids) == 1


def test_what_cannot_be_delivered_within_the_bound_is_set_aside(receiver: Receiver) -> None:
    receiver.answers = [500]
    place = post(app_for(receiver, give_up=10), [EXAMPLE])

    assert [(offset, code) for offset, code, _ in place.letters] == [(0, "reaction_failed")]
    assert len(receiver.requests) > 2


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answers = [307]
    place = post(app_for(receiver), [EXAMPLE])

    assert len(receiver.requests) == 1
    assert place.letters[0][1] == "webhook_refused"


def test_an_endpoint_that_is_gone_is_left_alone(receiver: Receiver) -> None:
    """Its records wait: nothing more is posted, and nothing is lost."""
    receiver.answers = [410]
    place = Place()
    looks: list[int] = []

    def stop() -> None:
        looks.append(1)
        if len(looks) == 3:
            raise StoppedError

    place.on_wait = stop
    with pytest.raises(StoppedError):
        post(app_for(receiver), [EXAMPLE] * 2, place)

    assert len(receiver.requests) == 1
    assert place.ledger.due() == {}
    assert place.letters == []


def test_what_is_not_wanted_is_passed_over(receiver: Receiver) -> None:
    silent = EXAMPLE.replace(b'"celebrate": true', b'"celebrate": false')
    assert silent != EXAMPLE
    post(app_for(receiver, milestones="another"), [EXAMPLE])
    post(app_for(receiver, celebrated_only=True), [silent])
    assert receiver.requests == []

    post(app_for(receiver, milestones=f"another, {CROSSING.milestone}", celebrated_only=True), [EXAMPLE])
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/x",
        "https://10.0.0.1/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://user:pass@hooks.example.com/x",
        "https://hooks/x",
    ],
)
def test_an_endpoint_that_is_not_let_in(url: str) -> None:
    with pytest.raises(CairnError) as raised:
        apps(url)
    assert raised.value.exit == Exit.USAGE
    assert "pass@" not in str(raised.value)


def test_each_endpoint_is_a_reader_of_its_own() -> None:
    """One that is slow, down or gone holds up no other."""
    both = apps("https://a.example.com/x, https://b.example.com:8443/x, https://a.example.com/x")
    assert len({each.name for each in both}) == len(both) == 2
    assert [each.name for each in both] == [
        each.name for each in apps("https://a.example.com/x,https://b.example.com:8443/x")
    ]


def test_nothing_to_run() -> None:
    with pytest.raises(CairnError, match="nothing to run") as raised:
        apps("")
    assert raised.value.exit == Exit.USAGE
