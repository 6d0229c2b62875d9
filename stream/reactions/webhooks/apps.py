"""The apps of the webhooks: one for each endpoint, so that a slow or broken one holds up nobody but itself."""

from __future__ import annotations

import hashlib

from aiohttp.abc import AbstractResolver

from schemas.errors import CairnError
from schemas.milestone_crossed import MilestoneCrossed
from stream.reactions.app import App
from stream.reactions.records import Records
from stream.reactions.webhooks.endpoint import WebhookEndpoint
from stream.reactions.webhooks.secret import secrets_of
from stream.runtime import metrics
from stream.runtime.exits import Exit
from stream.runtime.outbound.endpoint import Endpoint, EndpointError, EndpointPolicy
from stream.runtime.outbound.tls import client_tls, loopback_tls
from stream.runtime.outbound.transport import Transport
from stream.runtime.settings import Settings, Webhooks

APP = "cairn-webhooks"


class WebhookApp(App):
    """Posts crossings to one endpoint. Its group is named by the endpoint: another address is another reader."""

    def __init__(
        self, settings: Webhooks, endpoint: Endpoint, secrets: tuple[bytes, ...], resolver: AbstractResolver | None
    ) -> None:
        digest = hashlib.sha256(str(endpoint.url).encode()).hexdigest()[:8]
        super().__init__(f"{APP}-{digest}")
        self._webhooks = settings
        self._endpoint = WebhookEndpoint(
            endpoint,
            secrets,
            Transport(
                client_tls(),
                loopback=loopback_tls(settings.loopback_ca_file, "webhooks.loopback_ca_file")
                if settings.loopback
                else None,
                connections=settings.in_flight,
                timeout=settings.attempt_timeout,
                resolver=resolver,
            ),
            count=lambda code: self.figures.meter.add(metrics.WEBHOOK_REQUESTS, 1, (endpoint.host, code)),
            gone=lambda: self.figures.meter.set(metrics.WEBHOOKS_GONE, 1, (endpoint.host,)),
        )
        wanted = frozenset(settings.milestones)

        @self.agent(
            self.milestone_crossed,
            name="post",
            on_error="set_aside",
            patience=settings.give_up,
            concurrency=settings.in_flight,
        )
        async def post(crossings: Records[MilestoneCrossed]) -> None:
            async for crossing in crossings:
                if wanted and crossing.milestone not in wanted:
                    continue
                if settings.celebrated_only and not crossing.celebrate:
                    continue
                # The very bytes of the record, with fields that this release may not know.
                body = crossings.record.value() or b""
                await self._endpoint.post(crossing.id, body)

    @property
    def longest_pause(self) -> float:
        """Seconds between two tries at most."""
        return self._webhooks.longest_pause

    async def on_stop(self) -> None:
        """Let go of connections behind the last request."""
        await super().on_stop()
        await self._endpoint.close()


def webhook_apps(settings: Settings, *, resolver: AbstractResolver | None = None) -> tuple[WebhookApp, ...]:
    """Return an app for each endpoint. `resolver` looks names up; None is the system's.

    Raises:
        CairnError: USAGE, when there is no endpoint, one is not let in, or the secrets cannot be used.
    """
    own = settings.webhooks
    if not own.urls:
        raise CairnError(
            "there is nothing to run: no module is named, and no webhook is set",
            "cairn run reactions",
            "name your module with --with, or set webhooks.urls and webhooks.secrets to have milestones posted",
            exit=Exit.USAGE,
        )
    policy = EndpointPolicy(None, loopback=own.loopback, setting="webhooks.urls")
    secrets = secrets_of(own.secrets)
    endpoints = [_checked(policy, number, each) for number, each in enumerate(dict.fromkeys(own.urls), 1)]
    return tuple(WebhookApp(own, each, secrets, resolver) for each in endpoints)


def _checked(policy: EndpointPolicy, number: int, url: str) -> Endpoint:
    try:
        return policy.check(url)
    except EndpointError as refused:
        raise CairnError(
            str(refused),
            f"webhooks.urls, number {number}",
            "write https://host/path with a public name; webhooks.loopback lets in this machine, for trying things",
            exit=Exit.USAGE,
        ) from None
