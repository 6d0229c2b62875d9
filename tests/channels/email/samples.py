"""A delivery, a renderer that always says the same, settings for a mail server of the test, and ways to send."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from channels.dispatch.outcome import Outcome
from channels.email.sender import EmailSender, make_sender
from channels.render.content import EmailContent, PushContent
from channels.testing.mail_server import MailServer
from schemas.delivery import Delivery, EmailTo, Message, delivery_id
from stream.runtime.settings import Email, Settings
from templates.filled import Filled

CONTENT = EmailContent(
    subject="Your 10th document",
    page=Filled(("<p>Ten documents, <b>Ada</b>!</p>\n",)),
    text="Ten documents, Ada!\n",
    unsubscribe_url="https://acme.example/u/abc",
    language="en",
)
TO = "ada@example.com"
SENDER = "hello@acme.example"
SHORT = 0.2
"""Seconds of an attempt that is to run out of time."""


@dataclass
class FixedRenderer:
    """Says the same to everybody, or raises what it is told to raise."""

    content: EmailContent = CONTENT
    error: Exception | None = None
    asked: list[Delivery] = field(default_factory=list)

    def email(self, delivery: Delivery) -> EmailContent:
        self.asked.append(delivery)
        if self.error is not None:
            raise self.error
        return self.content

    def push(self, delivery: Delivery) -> PushContent:
        raise NotImplementedError


def content(**changes: Any) -> EmailContent:
    if "html" in changes:
        changes["page"] = Filled((changes.pop("html"),))
    return replace(CONTENT, **changes)


def delivery(number: int = 1, address: str = TO, product: str = "Acme") -> Delivery:
    return Delivery(
        id=delivery_id(f"d-{number}", "0" * 64),
        decision_id=f"d-{number}",
        contact_id=f"c-{number}",
        attempt=1,
        to=EmailTo(address=address),
        released_at="2026-11-20T14:41:07.120Z",
        send_by="2026-11-20T14:46:07.120Z",
        message=Message(product=product, product_url="https://acme.example", locale="en", time_zone="UTC"),
    )


def settings(**email: Any) -> Settings:
    """Settings that can work: in clear, to port 1 of this machine, unless told otherwise."""
    sound = {
        "smtp_host": "127.0.0.1",
        "smtp_port": 1,
        "smtp_tls": "none",
        "sender": SENDER,
        "postal_address": "Acme, 1 Main Street, Springfield",
        "attempt_timeout": 20.0,
    }
    return Settings(email=Email(**{**sound, **email}))


def sender_to(server: MailServer, renderer: FixedRenderer | None = None, **email: Any) -> EmailSender:
    where = {"smtp_host": server.host, "smtp_port": server.port, "smtp_ca_file": server.ca_file}
    made = make_sender(settings(**{**where, **email}), renderer or FixedRenderer())
    assert isinstance(made, EmailSender)
    return made


@asynccontextmanager
async def sending(
    server: MailServer, renderer: FixedRenderer | None = None, **email: Any
) -> AsyncIterator[EmailSender]:
    """A sender that is closed at the end."""
    sender = sender_to(server, renderer, **email)
    try:
        yield sender
    finally:
        await sender.close()


async def one(server: MailServer, **email: Any) -> Outcome:
    """The outcome of one message over a connection of its own."""
    async with sending(server, **email) as sender:
        return await sender.send(delivery())
