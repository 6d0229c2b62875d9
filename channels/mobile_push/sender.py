"""The sender of mobile push: one delivery, one request to FCM, one outcome."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog

from channels.dispatch.outcome import Delivered, Gone, Outcome, Unavailable, Unsendable
from channels.dispatch.sender import Sender
from channels.mobile_push.access_token import AccessTokens
from channels.mobile_push.client import FcmClient
from channels.mobile_push.google_token import token_source
from channels.mobile_push.message import encoded
from channels.mobile_push.service_account import read_service_account, readable_by_others
from channels.mobile_push.status import DOUBTED
from channels.render.content import Renderer
from channels.render.error import RenderError
from schemas.delivery import Delivery, MobilePushTo
from schemas.errors import CairnError
from stream.runtime.exits import Exit
from stream.runtime.settings import Settings

log = structlog.get_logger(__name__)

PROVIDER = "fcm"
SENDER_ID_MISMATCH = "SENDER_ID_MISMATCH"


class FcmSender:
    """Hands notifications to FCM. `ttl` is how many seconds FCM keeps one; `now` is Unix time, seconds."""

    def __init__(
        self, client: FcmClient, renderer: Renderer, *, ttl: float, now: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self._renderer = renderer
        self._ttl = ttl
        self._now = now
        self._doubted = False

    def provider_of(self, delivery: Delivery) -> str:
        """Return "fcm": all devices have one provider, one quota and one set of credentials."""
        return PROVIDER

    async def send(self, delivery: Delivery) -> Outcome:
        """Make one request; see `FcmClient.post`."""
        to = delivery.to
        if not isinstance(to, MobilePushTo):
            return Unsendable(code="wrong_type", detail="the delivery is for another channel than mobile push")
        try:
            content = self._renderer.push(delivery)
            body = encoded(content, delivery, to.token, ttl=self._ttl, now=self._now())
        except RenderError as error:
            return Unsendable(code="not_renderable", detail=str(error))
        except ValueError as error:
            # The text of another library may quote the message.
            detail = f"no message of FCM can be made of it: {type(error).__name__}"
            return Unsendable(code="refused_payload", detail=detail)
        outcome = await self._client.post(body)
        self._tell(outcome, delivery)
        return outcome

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    def _tell(self, outcome: Outcome, delivery: Delivery) -> None:
        """One device of another project is an old app; that all seem to be is told once, until one is reached."""
        if isinstance(outcome, Delivered):
            self._doubted = False
        elif isinstance(outcome, Gone) and outcome.code == SENDER_ID_MISMATCH:
            log.warning("fcm_token_of_another_project", delivery_id=delivery.id)
        elif isinstance(outcome, Unavailable) and outcome.code in (SENDER_ID_MISMATCH, DOUBTED) and not self._doubted:
            self._doubted = True
            log.error("fcm_devices_all_refused", code=outcome.code, fix=outcome.detail, then="none of them is buried")


def make_sender(settings: Settings, renderer: Renderer) -> Sender:
    """Return the sender that the settings describe; it connects with its first message.

    Raises:
        CairnError: USAGE, when the service account or the address of FCM cannot be used.
    """
    own = settings.mobile_push
    account = read_service_account(own.service_account)
    if own.service_account is not None and readable_by_others(own.service_account):
        log.warning("service_account_readable_by_all", path=str(own.service_account), fix="chmod 600")
    client = FcmClient(
        f"{_base(own.fcm_url)}/v1/projects/{account.project}/messages:send",
        AccessTokens(token_source(account.credentials)),
        timeout=own.attempt_timeout,
        connections=own.in_flight,
    )
    return FcmSender(client, renderer, ttl=own.time_to_live)


def _base(url: str) -> str:
    """Return the address without a slash at its end; in clear only to this machine, for requests carry a secret."""
    parts = urlsplit(url)
    sound = parts.hostname and not (parts.username or parts.query or parts.fragment)
    if sound and (parts.scheme == "https" or (parts.scheme == "http" and _is_local(parts.hostname or ""))):
        return url.rstrip("/")
    raise CairnError(
        "the address of FCM is no https address",
        where="mobile_push.fcm_url",
        fix="leave it out for Firebase's own; http is for a counterpart on this machine, as http://127.0.0.1:8080",
        exit=Exit.USAGE,
    )


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
