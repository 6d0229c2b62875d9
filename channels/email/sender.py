"""The email channel, as the dispatcher sees it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from channels.dispatch.outcome import Outcome, Rejected, Unsendable
from channels.dispatch.sender import Sender
from channels.email.account import Account, account_of
from channels.email.address import AddressError, mailbox
from channels.email.body import Parts
from channels.email.doubt import Doubt
from channels.email.exchange import Exchange
from channels.email.header import UnsafeHeaderError
from channels.email.message import Mail, compose
from channels.email.pool import Pool
from channels.render.content import Renderer
from channels.render.error import RenderError
from schemas.clean import clean
from schemas.delivery import Delivery, EmailTo
from schemas.moment import parse_rfc3339
from stream.runtime.settings import Settings


class EmailSender:
    """Hands messages to one mail server. `send` may run many times at once, on one event loop."""

    def __init__(self, account: Account, renderer: Renderer) -> None:
        self._account, self._renderer = account, renderer
        self._pool = Pool(account.server)
        self._doubt = Doubt()
        self._parts = Parts()

    def provider_of(self, delivery: Delivery) -> str:
        """The mail server, whoever the recipient is: it is the one that can be down."""
        return self._account.server.host

    async def send(self, delivery: Delivery) -> Outcome:
        """Hand one message over, within `attempt_timeout`, over a connection that no other has meanwhile.

        A message is dated by its release, so that every repeat of an attempt has the same bytes.
        """
        composed = self._composed(delivery)
        if not isinstance(composed, Mail):
            return composed
        signer = self._account.letterhead.signer
        if signer is not None:
            # Some 75 ms of Python for RSA, 20 for Ed25519 (40 KB): the loop must not stand still for them.
            signature = await asyncio.to_thread(signer.signature, composed.data)
            composed = replace(composed, data=signature + composed.data)
        return await Exchange(self._pool, composed, self._doubt).run(self._account.attempt_timeout)

    async def close(self) -> None:
        """End the connections."""
        await self._pool.close()

    def _composed(self, delivery: Delivery) -> Mail | Rejected | Unsendable:
        if not isinstance(delivery.to, EmailTo):
            return Unsendable(code="wrong_type", detail="the delivery is for another channel than email")
        try:
            recipient = mailbox(delivery.to.address)
        except AddressError as error:
            return Rejected(code="address_invalid", detail=str(error))
        try:
            content = self._renderer.email(delivery)
            date = datetime.fromtimestamp(parse_rfc3339(delivery.released_at) // 1000, UTC)
            # Applications and older rules may have written anything there.
            product = clean(delivery.message.product)
            return compose(self._account.letterhead, delivery.id, recipient, content, product, date, self._parts)
        except RenderError as error:
            return Unsendable(code="not_renderable", detail=str(error))
        except UnsafeHeaderError as error:
            return Unsendable(code="unsafe_header", detail=str(error))


def make_sender(settings: Settings, renderer: Renderer) -> Sender:
    """Make the sender of the email channel; it connects with the first message.

    Raises:
        EmailSettingsError: the settings cannot work; with every mistake (exit 2).
    """
    return EmailSender(account_of(settings), renderer)
