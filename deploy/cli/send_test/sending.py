"""The channel's own renderer and sender, asked once for each place."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from deploy.cli.dispatcher import RENDERER, SENDERS, named
from deploy.cli.send_test.answer import Answer, answer
from deploy.cli.send_test.marked import MarkedRenderer

if TYPE_CHECKING:
    from channels.dispatch.sender import Sender
    from schemas.channel import Channel
    from schemas.delivery import Delivery
    from stream.runtime.settings import Settings


def make_marked_sender(channel: Channel, settings: Settings) -> Sender:
    """Return the sender that the channel's dispatcher would use, but for the mark.

    Raises:
        CairnError: USAGE, when the channel is not installed, or as its maker and that of the renderer.
    """
    renderer = MarkedRenderer(named(RENDERER)(settings, with_pseudo=True))
    made: Sender = named(SENDERS[channel])(settings, renderer)
    return made


def send(channel: Channel, sender: Sender, deliveries: Sequence[Delivery]) -> list[Answer]:
    """Ask the sender once for each delivery, and let go of it."""

    async def ask() -> list[Any]:
        try:
            return [(sender.provider_of(each), await sender.send(each)) for each in deliveries]
        finally:
            await sender.close()

    return [answer(channel, provider, outcome) for provider, outcome in asyncio.run(ask())]
