"""The sender in conversation with a mail server that fails on command."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
import structlog
from structlog.testing import capture_logs

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, Unsendable
from channels.dispatch.sender import Sender
from channels.email.connection import Connection
from channels.email.sender import make_sender
from channels.render.error import RenderError
from channels.testing.mail_server import Answer, Drop, MailServer, Stage
from channels.testing.script import Gate
from schemas.contact import WebPushKeys, WebPushTarget
from schemas.delivery import WebPushTo
from schemas.reject_codes import CODES
from tests.channels.email.samples import (
    CONTENT,
    SENDER,
    TO,
    FixedRenderer,
    content,
    delivery,
    one,
    sending,
    settings,
)
from tests.channels.waiting import eventually


def test_a_delivery_is_handed_over() -> None:
    """One message, to the one recipient, from the sender of the settings, with what was rendered."""

    async def story() -> None:
        renderer = FixedRenderer()
        async with MailServer() as server, sending(server, renderer) as sender:
            found = await sender.send(delivery())
            assert found == Delivered(code="250 2.0.0")
            (mail,) = server.messages
        assert renderer.asked == [delivery()]
        assert (mail.sender, mail.recipients) == (SENDER, (TO,))
        assert mail.email["Message-ID"] == f"<{delivery().id}@acme.example>"
        assert mail.email["Date"] == "Fri, 20 Nov 2026 14:41:07 +0000"
        assert [each.get_content().replace("\r\n", "\n") for each in mail.email.iter_parts()] == [
            CONTENT.text,
            CONTENT.html,
        ]

    asyncio.run(story())


def test_it_is_a_sender_that_names_its_server() -> None:
    """The provider is the mail server, whoever the recipient is; it is made without a loop or a server."""
    sender: Sender = make_sender(settings(smtp_host="smtp.acme.example"), FixedRenderer())
    assert sender.provider_of(delivery()) == sender.provider_of(delivery(2, "x@example.org")) == "smtp.acme.example"


def test_dots_arrive_as_they_were() -> None:
    """RFC 5321 section 4.5.2: a line with a dot alone ends no message, and none loses the dot that it begins with."""
    lines = [".", "..", ".x", "x.", "...", "a line. Of words.", ".."]

    async def story() -> None:
        renderer = FixedRenderer(content(text="\n".join(lines), html="<p>\n.\n..y</p>"))
        async with MailServer() as server, sending(server, renderer) as sender:
            assert isinstance(await sender.send(delivery()), Delivered)
            text, html = server.messages[0].email.iter_parts()
        assert text.get_payload(decode=True) == "".join(f"{each}\r\n" for each in lines).encode()
        assert html.get_payload(decode=True) == b"<p>\r\n.\r\n..y</p>\r\n"

    asyncio.run(story())


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@example.com, b@example.com", "g: a@example.com;", "a@example.com\r\nBcc: e@example.com"],
)
def test_what_is_no_address_is_the_contacts(address: str) -> None:
    """Rejected before any connection; the code is ours, and the address is not in it."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            found = await sender.send(delivery(address=address))
            assert isinstance(found, Rejected)
            assert found.code == "address_invalid"
            assert not address or address not in found.detail
            assert server.connections == 0

    asyncio.run(story())


@pytest.mark.parametrize(
    ("renderer", "code"),
    [
        (FixedRenderer(error=RenderError("no words for it")), "not_renderable"),
        (FixedRenderer(content(subject="Hi =?UTF-8?Q?=0A?=Bcc: eve@example.com")), "unsafe_header"),
        (FixedRenderer(content(subject="Hi\r\n")), "unsafe_header"),
        (FixedRenderer(content(unsubscribe_url="")), "unsafe_header"),
    ],
)
def test_what_cannot_be_said_is_dead_lettered(renderer: FixedRenderer, code: str) -> None:
    """A fault of templates or settings: nothing is sent, and the code is one of the dead letters'."""

    async def story() -> None:
        async with MailServer() as server, sending(server, renderer) as sender:
            found = await sender.send(delivery())
            assert isinstance(found, Unsendable)
            assert found.code == code
            assert code in CODES
            assert server.connections == 0

    asyncio.run(story())


def test_a_delivery_of_another_channel_is_dead_lettered() -> None:
    """It cannot be in this topic but by a fault of ours."""
    target = WebPushTarget(endpoint="https://push.example/1", keys=WebPushKeys(p256dh="p", auth="a"))
    wrong = msgspec.structs.replace(delivery(), to=WebPushTo(target=target))
    found = asyncio.run(make_sender(settings(), FixedRenderer()).send(wrong))
    assert isinstance(found, Unsendable)
    assert found.code in CODES


def test_a_mailbox_beyond_ascii_goes_where_it_is_taken() -> None:
    """With SMTPUTF8 on offer (RFC 6531) envelope and header hold it as it is."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            assert isinstance(await sender.send(delivery(address="jörg@bücher.example")), Delivered)
            (mail,) = server.messages
            assert mail.recipients == ("jörg@xn--bcher-kva.example",)
            assert "To: jörg@xn--bcher-kva.example\r\n".encode() in mail.raw

    asyncio.run(story())


def test_a_mailbox_beyond_ascii_goes_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without that offer nothing is said, the dead letter names the reason, and the connection serves the next."""
    monkeypatch.setattr(Connection, "extensions", property(lambda _: frozenset({"size"})))

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            for _ in range(2):
                found = await sender.send(delivery(address="jörg@example.com"))
                assert isinstance(found, Unsendable)
                assert (found.code, "jörg" in found.detail) == ("smtputf8_needed", False)
                assert found.code in CODES
            assert isinstance(await sender.send(delivery()), Delivered)
            assert (len(server.messages), server.connections) == (1, 1)

    asyncio.run(story())


def test_a_message_that_is_too_large_is_not_carried_there() -> None:
    """Its size is said first (RFC 1870), so the server refuses it at MAIL."""

    async def story() -> None:
        async with MailServer(size_limit=500) as server:
            # Never asked for: the refusal came before.
            server.keep_answering(Stage.DATA, Answer(drop=Drop.BEFORE))
            found = await one(server)
            assert isinstance(found, Rejected)
            assert found.code.startswith("552")

    asyncio.run(story())


def test_one_gone_among_many() -> None:
    """A hundred, four at a time: each gets the outcome of its own, and nobody's message is lost."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            for number in range(0, 100, 10):
                server.keep_answering(Stage.RCPT, Answer(550, "5.1.1 no"), address=f"ada{number}@example.com")
            waiting, found = iter(range(100)), dict[int, Outcome]()

            async def one_after_another() -> None:
                for number in waiting:
                    found[number] = await sender.send(delivery(number, f"ada{number}@example.com"))

            await asyncio.gather(*(one_after_another() for _ in range(4)))
            assert {number for number, each in found.items() if isinstance(each, Gone)} == set(range(0, 100, 10))
            assert sum(isinstance(each, Delivered) for each in found.values()) == 90
            for mail in server.messages:
                assert mail.email["To"] == mail.recipients[0]
            assert len({mail.recipients for mail in server.messages}) == len(server.messages) == 90
            assert len({mail.email["Message-ID"] for mail in server.messages}) == 90
            assert server.connections == 4

    asyncio.run(story())


def test_a_send_that_is_cancelled_leaves_no_connection_in_doubt() -> None:
    """Its answer would be taken for the next message's: the connection is closed, and the next message has its own."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            gate = Gate()
            server.answer(Stage.MESSAGE, Answer(550, "5.1.1 of the first", gate=gate))
            first = asyncio.create_task(sender.send(delivery()))
            await gate.reached()
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            await eventually(lambda: server._sessions[0].ended)
            gate.open()
            assert isinstance(await sender.send(delivery(2)), Delivered)
            assert server.connections == 2

    asyncio.run(story())


def test_nothing_of_a_contact_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Neither on success nor on any failure."""
    caplog.set_level("DEBUG")
    structlog.reset_defaults()

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            await sender.send(delivery())
            server.answer(Stage.RCPT, Answer(550, f"5.1.1 <{TO}> unknown"), Answer(drop=Drop.BEFORE))
            await sender.send(delivery())
            await sender.send(delivery())

    with capture_logs() as lines:
        asyncio.run(story())
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith("mail.")]
    assert TO not in "".join(ours) + str(lines)
