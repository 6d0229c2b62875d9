"""The web push sender: one message, encrypted for one browser, in one request; and what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from aiohttp.abc import AbstractResolver

from channels.dispatch.outcome import Outcome, Rejected, Unavailable, Unsendable
from channels.render.content import Renderer
from channels.render.error import RenderError
from channels.web_push.encryption import KeysError, encrypted
from channels.web_push.payload import PayloadError, payload_of
from channels.web_push.status import outcome_of
from channels.web_push.vapid import Vapid
from schemas.delivery import Delivery, WebPushTo
from stream.runtime.outbound.endpoint import EndpointError, EndpointPolicy
from stream.runtime.outbound.tls import client_tls, loopback_tls
from stream.runtime.outbound.transport import Transport, Unanswered
from stream.runtime.settings import Settings

REFUSED = "refused"
"""Whom a message is handed to whose endpoint is not let in: a name of a stranger's choice is no name of a provider."""


class WebPushSender:
    """A `Sender` (`channels.dispatch.sender`). Use it on one event loop; it opens nothing before its first message."""

    def __init__(
        self,
        policy: EndpointPolicy,
        vapid: Vapid,
        transport: Transport,
        renderer: Renderer,
        *,
        time_to_live: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Take its parts; how long a push service keeps a message (seconds); and the clock, in epoch seconds."""
        self._policy, self._vapid, self._transport, self._renderer = policy, vapid, transport, renderer
        self._ttl, self._now = str(int(time_to_live)), now

    def provider_of(self, delivery: Delivery) -> str:
        """Return the host of the endpoint, or `refused` for one that is not let in."""
        try:
            return self._policy.check(_to(delivery).target.endpoint).host
        except EndpointError:
            return REFUSED

    async def send(self, delivery: Delivery) -> Outcome:
        """Make one request, within the channel's `attempt_timeout`."""
        target = _to(delivery).target
        try:
            endpoint = self._policy.check(target.endpoint)
            content = self._renderer.push(delivery)
            body = encrypted(target.keys, payload_of(content))
        except EndpointError as refused:
            return Rejected(code="endpoint_refused", detail=str(refused))
        except KeysError as invalid:
            return Rejected(code="keys_invalid", detail=str(invalid))
        except RenderError as error:
            return Unsendable(code="not_renderable", detail=str(error))
        except PayloadError as error:
            return Unsendable(code="refused_payload", detail=str(error))
        token = self._vapid.token(endpoint.origin, self._now())
        headers = self._headers(token.authorization, content.tag)
        answer = await self._transport.post(endpoint, headers, body)
        if isinstance(answer, Unanswered):
            return Unavailable(code=answer.code, detail=answer.detail, unknown=answer.unknown)
        return outcome_of(answer.status, answer.headers, answer.body, now=self._now(), acceptance=token.acceptance)

    async def close(self) -> None:
        """Let go of connections."""
        await self._transport.close()

    def _headers(self, authorization: str, tag: str) -> Mapping[str, str]:
        return {
            "Authorization": authorization,
            "Content-Encoding": "aes128gcm",
            # A message without a TTL is refused (RFC 8030 section 5.2).
            "TTL": self._ttl,
            # Replaces what still waits under it (section 5.4): a repeat is shown once.
            "Topic": tag,
            # Never high: a celebration can wait until the device is awake (section 5.3).
            "Urgency": "normal",
        }


def make_sender(settings: Settings, renderer: Renderer, *, resolver: AbstractResolver | None = None) -> WebPushSender:
    """Return the sender that the settings describe. `resolver` looks names up; None is the system's.

    Raises:
        CairnError: the key, the subject, a push host or the file of CA certificates cannot be used (exit 2).
    """
    own = settings.web_push
    return WebPushSender(
        EndpointPolicy(own.push_hosts, loopback=own.loopback_endpoints, setting="web_push.push_hosts"),
        Vapid.of(own),
        Transport(
            client_tls(),
            loopback=loopback_tls(own.loopback_ca_file, "web_push.loopback_ca_file")
            if own.loopback_endpoints
            else None,
            connections=own.in_flight,
            timeout=own.attempt_timeout,
            resolver=resolver,
        ),
        renderer,
        time_to_live=own.time_to_live,
    )


def _to(delivery: Delivery) -> WebPushTo:
    if not isinstance(delivery.to, WebPushTo):
        raise TypeError(f"no web push: {type(delivery.to).__name__}")
    return delivery.to
