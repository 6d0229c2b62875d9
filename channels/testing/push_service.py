"""A push service on 127.0.0.1, and the browsers that subscribe to it.

    with PushService() as service:                                       # or `async with`
        subscription = service.subscribe(application_server_key)         # endpoint, p256dh, auth
        service.answer(Answer(429, headers={"Retry-After": "120"}), endpoint=subscription.endpoint)
        service.answer(Answer(307, headers={"Location": "http://169.254.169.254/"}), Answer(drop=Drop.AFTER))
        send(subscription.as_json())
    assert service.messages[0].plaintext == b"Ten documents!"

A body that the browser could not decrypt is answered with 400: a real service cannot look, says 201, and the browser
throws the message away, which no test would notice.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec

from channels.testing import base64url, vapid
from channels.testing.certificate import Certificate
from channels.testing.http_counterpart import Attempt, HttpCounterpart
from channels.testing.script import Answer, Drop
from channels.testing.user_agent import UserAgent

__all__ = ["Answer", "Drop", "PushMessage", "PushService", "Subscription"]

BODY_LIMIT = 4096
"""Bytes of an encrypted body that every push service takes (RFC 8030, 7.2); this one takes no more."""

LONGEST_TTL = 28 * 24 * 60 * 60
"""Seconds to which a longer TTL is lowered (RFC 8030, 5.2)."""

_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
_URGENCIES = ("very-low", "low", "normal", "high")


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a browser hands to the application. The keys are base64url without padding."""

    endpoint: str
    p256dh: str
    auth: str

    def as_json(self) -> dict[str, str | dict[str, str]]:
        """`{"endpoint": …, "keys": {"p256dh": …, "auth": …}}`, as `PushSubscription.toJSON` and pywebpush have it."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}}


@dataclass(frozen=True, slots=True)
class PushMessage:
    """A message that was accepted and decrypted. `ttl` in seconds, as lowered; `accepted_at` in epoch seconds."""

    endpoint: str
    plaintext: bytes
    ttl: int
    urgency: str
    topic: str | None
    accepted_at: float


@dataclass(slots=True)
class _Browser:
    agent: UserAgent
    key: bytes
    gone: bool = False
    waiting: list[PushMessage] = field(default_factory=list)


class PushService(HttpCounterpart):
    """RFC 8030, with encryption by RFC 8291 and VAPID by RFC 8292 demanded.

    `messages` holds everything that was accepted, in order, replaced messages included. A browser is away until
    `deliver` is called for it, so a TTL of 0 never reaches one. `clock` gives epoch seconds; with a `certificate` it
    is served over TLS, as senders in production demand.
    """

    def __init__(self, clock: Callable[[], float] = time.time, certificate: Certificate | None = None) -> None:
        super().__init__(certificate)
        self.messages: list[PushMessage] = []
        self._clock = clock
        self._numbers = count(1)
        self._browsers: dict[str, _Browser] = {}

    def subscribe(self, application_server_key: str) -> Subscription:
        """A new browser, for senders who sign with that key only (65 bytes, base64url; RFC 8292, 4).

        Raises `ValueError` for what is no point on P-256, as a browser does.
        """
        key = base64url.decode(application_server_key)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        browser = _Browser(UserAgent(), key)
        endpoint = f"{self.url}/push/{next(self._numbers)}"
        self._browsers[endpoint] = browser
        return Subscription(endpoint, browser.agent.p256dh, browser.agent.auth)

    def unsubscribe(self, endpoint: str) -> None:
        """From now on 410. An endpoint that was never issued is answered with 404."""
        self._browsers[endpoint].gone = True

    def deliver(self, endpoint: str) -> list[PushMessage]:
        """The browser comes back: what is neither replaced nor past its TTL, in order; it is shown once."""
        waiting, self._browsers[endpoint].waiting = self._browsers[endpoint].waiting, []
        return [each for each in waiting if self._clock() < each.accepted_at + each.ttl]

    def answer(self, *answers: Answer, endpoint: str | None = None) -> None:
        """Give these answers next, once each; with `endpoint`, to that subscription only."""
        self._script.add(endpoint, *answers)

    def keep_answering(self, answer: Answer, endpoint: str | None = None) -> None:
        """Give this answer from now on; `Answer()` ends it."""
        self._script.keep(endpoint, answer)

    def _routes(self) -> Sequence[web.RouteDef]:
        return [web.post("/push/{number}", self._push)]

    async def _push(self, request: web.Request) -> web.StreamResponse:
        return await self._respond(request, [self.url + request.path, None], self._accept)

    def _accept(self, attempt: Attempt) -> web.Response:
        browser = self._browsers.get(self.url + attempt.path)
        if browser is None or browser.gone:
            return _refusal(404 if browser is None else 410, "no such subscription")
        try:
            vapid.check(attempt.headers.get("Authorization"), browser.key, self.url, self._clock())
            message = self._message(browser, attempt)
        except vapid.VapidError as error:
            return _refusal(error.status, str(error))
        except ValueError as error:
            return _refusal(413 if len(attempt.body) > BODY_LIMIT else 400, str(error))
        self.messages.append(message)
        # RFC 8030, 5.4: a topic replaces what still waits under it.
        kept = [each for each in browser.waiting if message.topic is None or each.topic != message.topic]
        browser.waiting = [*kept, message]
        return web.Response(
            status=201, headers={"Location": f"{self.url}/message/{len(self.messages)}", "TTL": str(message.ttl)}
        )

    def _message(self, browser: _Browser, attempt: Attempt) -> PushMessage:
        ttl, topic = attempt.headers.get("TTL", ""), attempt.headers.get("Topic")
        urgency = attempt.headers.get("Urgency", "normal")
        if not re.fullmatch("[0-9]+", ttl):
            raise ValueError("TTL is missing, or no number of seconds (RFC 8030, 5.2)")
        if topic is not None and not _TOPIC.fullmatch(topic):
            raise ValueError("Topic is not 1 to 32 characters of base64url (RFC 8030, 5.4)")
        if urgency not in _URGENCIES:
            raise ValueError(f"Urgency is none of {', '.join(_URGENCIES)} (RFC 8030, 5.3)")
        if len(attempt.body) > BODY_LIMIT:
            raise ValueError(f"more than {BODY_LIMIT} bytes (RFC 8030, 7.2)")
        if attempt.body and attempt.headers.get("Content-Encoding") != "aes128gcm":
            raise ValueError("Content-Encoding is not aes128gcm (RFC 8291, 4)")
        return PushMessage(
            endpoint=self.url + attempt.path,
            plaintext=browser.agent.decrypt(attempt.body) if attempt.body else b"",
            ttl=min(int(ttl), LONGEST_TTL),
            urgency=urgency,
            topic=topic,
            accepted_at=self._clock(),
        )


def _refusal(status: int, reason: str) -> web.Response:
    return web.Response(status=status, text=reason)
