"""Commands that go together (RFC 2920), to a server that offers it: whatever it answers, and in whatever pieces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from channels.dispatch.outcome import Delivered, Outcome, RetryLater, Unavailable
from channels.email.sender import make_sender
from channels.testing.mail_server import Answer, MailServer, Stage
from tests.channels.email.samples import FixedRenderer, delivery, sending, settings

MAIL, RCPT, DATA = "250 2.1.0 Ok\r\n", "250 2.1.5 Ok\r\n", "354 go on\r\n"
TAKEN = "250 2.0.0 Ok: queued as 4WzYx21Abc\r\n"
REFUSED = "550 5.1.1 no such user\r\n"
EHLO = "250-peer\r\n250-PIPELINING\r\n250 SIZE 33554432\r\n"


class Peer:
    """Answers each group of commands with the next text of `script`; None: it ends the connection.

    A group is all that comes up to the line DATA, a message up to its dot, or one other line. `heard` holds them, one
    list for each connection.
    """

    def __init__(self, *script: str | None, write: Callable[[str], list[str]] = lambda text: [text]) -> None:
        self._script, self._write = list(script), write
        self.heard: list[list[bytes]] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard: list[bytes] = []
        self.heard.append(heard)
        writer.write(b"220 peer ESMTP\r\n")
        try:
            await reader.readline()
            writer.write(EHLO.encode())
            while (group := await self._group(reader)) is not None:
                heard.append(group)
                if group.startswith((b"QUIT", b"RSET")):
                    writer.write(b"250 2.0.0 Ok\r\n")
                    continue
                said = self._script.pop(0)
                if said is None:
                    break
                for part in self._write(said):
                    writer.write(part.encode())
                    await writer.drain()
                    await asyncio.sleep(0)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _group(self, reader: asyncio.StreamReader) -> bytes | None:
        line = await reader.readline()
        if not line:
            return None
        if line.startswith(b"MAIL"):
            return line + await reader.readuntil(b"DATA\r\n")
        if line.startswith((b"QUIT", b"RSET", b".")):
            return line
        return line + await reader.readuntil(b"\r\n.\r\n")


@asynccontextmanager
async def talking(peer: Peer) -> AsyncIterator[Callable[[int], asyncio.Future[Outcome]]]:
    """Give a way to send the delivery of a number to the peer."""
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    sender = make_sender(
        settings(smtp_host="127.0.0.1", smtp_port=server.sockets[0].getsockname()[1], smtp_tls="none"), FixedRenderer()
    )
    try:
        yield lambda number: asyncio.ensure_future(sender.send(delivery(number)))
    finally:
        await sender.close()
        server.close()


def outcomes(peer: Peer, count: int) -> list[Outcome]:
    """Send so many messages, one after another."""

    async def story() -> list[Outcome]:
        async with talking(peer) as send:
            return [await send(number) for number in range(count)]

    return asyncio.run(story())


def is_message(said: bytes) -> bool:
    return b"Message-ID" in said


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("stage", [Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.MESSAGE])
@pytest.mark.parametrize("code", [452, 550])
def test_a_refusal_is_the_same_in_a_group(stage: Stage, code: int, *, pipelining: bool) -> None:
    """Wherever one message is refused, its outcome is that stage's, and the next goes over the same connection."""

    async def story(*, together: bool) -> list[Outcome]:
        async with MailServer(pipelining=together) as server, sending(server) as sender:
            server.answer(stage, Answer(code))
            found = [await sender.send(delivery(number)) for number in (1, 2)]
            assert len(server.messages) == 1
            assert server.connections == 1
        return found

    found = asyncio.run(story(together=pipelining))
    assert found == asyncio.run(story(together=not pipelining))
    assert not isinstance(found[0], Delivered)
    assert isinstance(found[1], Delivered)


def test_three_commands_leave_before_the_first_reply() -> None:
    """The peer says nothing before it has heard DATA; the message follows when all three are answered."""
    peer = Peer(MAIL + RCPT + DATA, TAKEN, MAIL + RCPT + DATA, TAKEN)
    assert [type(each) for each in outcomes(peer, 2)] == [Delivered, Delivered]
    (heard,) = peer.heard
    assert [each.count(b"\r\n") for each in heard[:3:2]] == [3, 3]
    assert [is_message(each) for each in heard] == [False, True, False, True, False]


@pytest.mark.parametrize(
    "write",
    [
        lambda text: list(text),
        lambda text: text.splitlines(keepends=True),
        lambda text: [text + "250 2.0.0 nobody asked\r\n"],
    ],
    ids=["byte by byte", "line by line", "with one too many"],
)
def test_replies_come_in_any_pieces(write: Callable[[str], list[str]]) -> None:
    """Replies are told apart by their lines, and what nobody asked for is no answer to the next command."""
    peer = Peer("250-2.1.0 Ok\r\n250 2.1.0 go on\r\n" + RCPT + DATA, TAKEN, MAIL + REFUSED + "503 no\r\n", write=write)
    first, second = outcomes(peer, 2)
    assert first == Delivered(code="250 2.0.0", provider_id="4WzYx21Abc")
    assert getattr(second, "code", "") == "550 5.1.1"


def test_a_server_that_waits_for_a_message_to_nobody_gets_none() -> None:
    """RCPT was refused and DATA taken: one dot (RFC 2920 section 3.1), and the connection goes on."""
    peer = Peer(MAIL + REFUSED + DATA, "554 5.5.1 no valid recipients\r\n", MAIL + RCPT + DATA, TAKEN)
    refused, taken = outcomes(peer, 2)
    assert getattr(refused, "code", "") == "550 5.1.1"
    assert isinstance(taken, Delivered)
    (heard,) = peer.heard
    assert heard[1] == b".\r\n"
    assert [is_message(each) for each in heard].count(True) == 1


def test_a_server_that_would_take_a_message_it_refused_loses_the_connection() -> None:
    """MAIL was refused, yet RCPT and DATA were taken: even an empty message could be delivered."""
    peer = Peer("451 4.3.0 not now\r\n" + RCPT + DATA, MAIL + RCPT + DATA, TAKEN)
    refused, taken = outcomes(peer, 2)
    assert getattr(refused, "code", "") == "451 4.3.0"
    assert isinstance(taken, Delivered)
    first, second = peer.heard
    assert len(first) == 1
    assert is_message(second[1])


@pytest.mark.parametrize("rest", ["", "503"], ids=["none", "half of one"])
def test_a_refusal_counts_though_the_rest_never_comes(rest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that drops what stands behind a refusal is not waited for, and its connection is used no more."""
    monkeypatch.setattr("channels.email.connection._REST", 0.05)
    peer = Peer(MAIL + REFUSED + rest, MAIL + RCPT + DATA, TAKEN)
    refused, taken = outcomes(peer, 2)
    assert getattr(refused, "code", "") == "550 5.1.1"
    assert isinstance(taken, Delivered)
    assert len(peer.heard) == 2


def test_a_connection_that_ends_in_a_group_has_left_nothing() -> None:
    """Without a reply to MAIL on a connection that waited, it goes once more over a fresh one."""
    peer = Peer(MAIL + RCPT + DATA, TAKEN, None, MAIL + RCPT + DATA, TAKEN)
    assert [type(each) for each in outcomes(peer, 2)] == [Delivered, Delivered]
    assert len(peer.heard) == 2


@pytest.mark.parametrize(("said", "at"), [(MAIL, "RCPT"), (MAIL + RCPT, "DATA")])
def test_a_group_that_is_half_answered_is_not_unknown(said: str, at: str) -> None:
    """Nothing of the message has left, whatever the server has heard."""

    async def story() -> Outcome:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 peer ESMTP\r\n")
            await reader.readline()
            writer.write(EHLO.encode())
            await reader.readuntil(b"DATA\r\n")
            writer.write(said.encode())
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        sender = make_sender(settings(smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none"), FixedRenderer())
        found = await sender.send(delivery())
        await sender.close()
        server.close()
        return found

    found = asyncio.run(story())
    assert found == Unavailable(code="connection_lost", detail=f"the connection was lost at {at}")


def test_what_is_no_reply_ends_the_connection() -> None:
    """Text without a code is no SMTP, and nothing of it is taken for the reply to another command."""
    peer = Peer(MAIL + RCPT + DATA, "well done\r\n", MAIL + RCPT + DATA, TAKEN)
    found, taken = outcomes(peer, 2)
    assert isinstance(found, RetryLater)
    assert found.unknown
    assert isinstance(taken, Delivered)
    assert len(peer.heard) == 2
