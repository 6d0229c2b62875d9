"""Connections are reused, ended in time, and never trusted for longer than they stand."""

from __future__ import annotations

import asyncio

import pytest

from channels.dispatch.outcome import Delivered
from channels.email.account import account_of
from channels.email.doubt import Doubt
from channels.email.exchange import Exchange
from channels.email.message import Mail
from channels.email.pool import Pool
from channels.email.sender import EmailSender
from channels.testing.mail_server import Answer, Drop, MailServer, Stage
from channels.testing.script import Gate
from tests.channels.email.samples import delivery, sending, settings
from tests.channels.email.test_message import composed
from tests.channels.waiting import PATIENCE, eventually

DELIVERED, GONE, REJECTED, UNAVAILABLE = "Delivered", "Gone", "Rejected", "Unavailable"


async def sent(sender: EmailSender, count: int = 1) -> list[str]:
    """The names of the outcomes of so many messages, one after the other."""
    return [type(await sender.send(delivery(number))).__name__ for number in range(count)]


async def three_at_once(server: MailServer, sender: EmailSender) -> None:
    """None is answered before the server has all of them."""
    gate, total = Gate(), len(server.messages) + 3
    server.answer(Stage.MESSAGE, *[Answer(gate=gate)] * 3)
    tasks = [asyncio.create_task(sender.send(delivery(number))) for number in range(3)]
    await eventually(lambda: len(server.messages) == total)
    gate.open()
    assert [type(each) for each in await asyncio.gather(*tasks)] == [Delivered] * 3


def open_sessions(server: MailServer) -> int:
    return sum(not each.ended for each in server._sessions)


def test_one_connection_takes_many_messages() -> None:
    """One after the other they share it; opening one for each would cost more than the message."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            assert await sent(sender, 20) == [DELIVERED] * 20
            assert server.connections == 1

    asyncio.run(story())


def test_as_many_connections_as_messages_under_way() -> None:
    """None waits for another's, and those that stand serve the next: `email.in_flight` is the one number."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            for _ in range(3):
                await three_at_once(server, sender)
                assert server.connections == 3

    asyncio.run(story())


def test_a_connection_is_replaced_after_a_hundred_messages() -> None:
    """Servers limit them; the goodbye is said before they must."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            assert await sent(sender, 101) == [DELIVERED] * 101
            assert server.connections == 2
            await eventually(lambda: open_sessions(server) == 1)

    asyncio.run(story())


def test_a_refused_message_leaves_the_connection_clean() -> None:
    """RSET stands between two messages, so the next is not refused for a MAIL within another (RFC 5321, 4.1.4)."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            for stage in (Stage.RCPT, Stage.DATA, Stage.MESSAGE):
                server.answer(stage, Answer(550, "5.1.1 no"))
                assert await sent(sender, 2) == [GONE, DELIVERED]
            server.answer(Stage.MAIL, Answer(552, "5.3.4 too big"))
            assert await sent(sender, 2) == [REJECTED, DELIVERED]
            assert server.connections == 1

    asyncio.run(story())


def test_refusals_in_a_row_end_a_connection() -> None:
    """Postfix slows down who errs 10 times without a success; a success in between begins the count anew."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            server.keep_answering(Stage.RCPT, Answer(550, "5.1.1 no"))
            assert await sent(sender, 4) == [GONE] * 4
            server.keep_answering(Stage.RCPT, Answer())
            assert await sent(sender) == [DELIVERED]
            server.keep_answering(Stage.RCPT, Answer(550, "5.1.1 no"))
            assert await sent(sender, 5) == [GONE] * 5
            assert server.connections == 1
            assert await sent(sender) == [GONE]
            assert server.connections == 2

    asyncio.run(story())


def test_a_connection_that_waits_for_long_is_ended() -> None:
    """With a goodbye, and by itself: no message need come for it."""

    async def story() -> None:
        async with MailServer() as server:
            account = account_of(settings(smtp_host=server.host, smtp_port=server.port))
            pool = Pool(account.server, idle=0.02)
            found = await asyncio.gather(*(Exchange(pool, mail(each), Doubt()).run(PATIENCE) for each in "ab"))
            assert [type(each) for each in found] == [Delivered] * 2
            await eventually(lambda: open_sessions(server) == 0)
            assert isinstance(await Exchange(pool, mail("c"), Doubt()).run(PATIENCE), Delivered)
            await pool.close()

    asyncio.run(story())


def test_a_connection_that_the_server_closed_while_it_waited_is_not_used() -> None:
    """Known before the message: there is no failure to report, and no attempt is spent."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            assert await sent(sender) == [DELIVERED]
            await server._sessions[0].end()
            await eventually(lambda: sender._pool._waiting[-1][1].reusable is False)
            assert await sent(sender) == [DELIVERED]
            assert server.connections == 2

    asyncio.run(story())


@pytest.mark.parametrize(
    "answer", [Answer(421, "4.4.2 idle for too long"), Answer(drop=Drop.BEFORE)], ids=["421", "lost"]
)
def test_a_connection_that_ends_as_we_speak_is_replaced_once(answer: Answer) -> None:
    """Before MAIL is accepted nothing has left: the same attempt goes on over a fresh connection."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            assert await sent(sender) == [DELIVERED]
            server.answer(Stage.MAIL, answer)
            assert await sent(sender) == [DELIVERED]
            assert (server.connections, len(server.messages)) == (2, 2)

    asyncio.run(story())


@pytest.mark.parametrize("answer", [Answer(421, "4.3.2 closing"), Answer(drop=Drop.BEFORE)], ids=["421", "lost"])
def test_it_is_replaced_once_and_not_for_ever(answer: Answer) -> None:
    """A fresh connection that ends the same way is the server's state, and one more is not opened."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            assert await sent(sender) == [DELIVERED]
            server.keep_answering(Stage.MAIL, answer)
            assert await sent(sender) == [UNAVAILABLE]
            assert server.connections == 2

    asyncio.run(story())


@pytest.mark.parametrize("stage", [Stage.RCPT, Stage.DATA, Stage.MESSAGE])
def test_it_is_not_replaced_once_the_server_was_at_work(stage: Stage) -> None:
    """After MAIL was accepted a lost connection is an outcome; the dispatcher decides on another attempt."""

    async def story() -> None:
        async with MailServer() as server, sending(server) as sender:
            assert await sent(sender) == [DELIVERED]
            server.answer(stage, Answer(drop=Drop.BEFORE))
            assert await sent(sender) != [DELIVERED]
            assert server.connections == 1

    asyncio.run(story())


def test_closing_says_goodbye_to_all() -> None:
    """After `close` the server has no connection of ours, and the loop no task."""

    async def story() -> None:
        async with MailServer() as server:
            async with sending(server) as sender:
                await asyncio.gather(*(sender.send(delivery(number)) for number in range(8)))
            await eventually(lambda: open_sessions(server) == 0)
            assert not sender._pool._goodbyes
            assert sender._pool._sweeper is None

    asyncio.run(story())


def mail(name: str) -> Mail:
    return composed(id=name)
