from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from channels.testing.certificate import Certificate
from channels.testing.push_service import PushService
from stream.runtime.outbound.endpoint import Endpoint, EndpointPolicy
from stream.runtime.outbound.transport import READ_MOST, Answer, Transport, Unanswered

PUSH = EndpointPolicy(["push.example"], loopback=True, setting="push hosts")


@dataclass
class Names(AbstractResolver):
    """Gives these answers, one at each question, the last one for ever."""

    answers: list[list[str]]
    asked: list[str] = field(default_factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        addresses = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not addresses:
            raise OSError("name not known")
        return [
            ResolveResult(
                hostname=host,
                host=each,
                port=port,
                family=socket.AF_INET6 if ":" in each else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for each in addresses
        ]

    async def close(self) -> None:
        pass


def transport(
    certificate: Certificate, resolver: AbstractResolver | None = None, *, timeout: float = 10.0
) -> Transport:
    trusted = ssl.create_default_context(cafile=certificate.ca_file)
    return Transport(ssl.create_default_context(), loopback=trusted, connections=4, timeout=timeout, resolver=resolver)


async def posted(transport: Transport, endpoint: Endpoint, times: int = 1) -> list[Answer | Unanswered]:
    try:
        return [await transport.post(endpoint, {"TTL": "60"}, b"body") for _ in range(times)]
    finally:
        await transport.close()


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(serve: Serve, certificate: Certificate | None) -> AsyncIterator[Endpoint]:
    """A server that does as it likes with each connection; all of them are over when the block is."""
    tls = certificate.server_context() if certificate else None
    connections: set[asyncio.Task[None] | None] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.current_task())
        with suppress(OSError, asyncio.IncompleteReadError):
            await serve(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    running = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    try:
        yield PUSH.check(f"https://127.0.0.1:{running.sockets[0].getsockname()[1]}/push/1")
        await asyncio.wait_for(asyncio.gather(*filter(None, connections)), 10.0)
    finally:
        running.close()


async def request(reader: asyncio.StreamReader) -> None:
    """Read one request to its end."""
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"Content-Length: 4\r\n" in head
    await reader.readexactly(4)


def meet(serve: Serve, certificate: Certificate, *, times: int = 1, timeout: float = 10.0) -> list[Answer | Unanswered]:
    """What becomes of posts to such a server."""

    async def story() -> list[Answer | Unanswered]:
        async with server(serve, certificate) as endpoint:
            return await posted(transport(certificate, timeout=timeout), endpoint, times)

    return asyncio.run(story())


CLOSED = {
    "private": ["10.0.0.1"],
    "metadata": ["169.254.169.254"],
    "loopback": ["127.0.0.1"],
    "loopback of IPv6": ["::1"],
    "mapped": ["::ffff:127.0.0.1"],
    "one of two": ["142.250.74.10", "127.0.0.1"],
}


@pytest.mark.parametrize("addresses", CLOSED.values(), ids=CLOSED)
def test_a_push_host_that_leads_into_our_network(addresses: list[str], certificate: Certificate) -> None:
    """The name is let in, its address is not: no connection is made, and the message is kept for a better day."""

    async def story() -> list[Answer | Unanswered]:
        return await posted(transport(certificate, Names([addresses])), PUSH.check("https://push.example/x"))

    [outcome] = asyncio.run(story())
    assert isinstance(outcome, Unanswered)
    assert (outcome.code, outcome.unknown) == ("address_refused", False)


def test_a_name_that_changes_its_mind(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: each connection goes to the very address that was judged for it, and no second look is taken."""
    names = Names([["192.88.100.7"], ["127.0.0.1"]])
    dialled: list[object] = []

    async def refuse(self: object, sock: socket.socket, address: tuple[object, ...]) -> None:
        dialled.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", refuse)
    monkeypatch.setattr("aiohttp.connector._DNSCacheTable.expired", lambda *_: True)

    async def story() -> list[Answer | Unanswered]:
        return await posted(transport(certificate, names), PUSH.check("https://push.example/x"), times=2)

    first, second = asyncio.run(story())
    assert isinstance(first, Unanswered)
    assert isinstance(second, Unanswered)
    assert (first.code, second.code) == ("connection_failed", "address_refused")
    assert dialled == ["192.88.100.7"]
    assert names.asked == ["push.example", "push.example"]


def test_localhost_leads_to_this_machine_alone(certificate: Certificate) -> None:
    """The opt-in does not let a name of ours lead to a neighbour."""

    async def story() -> list[Answer | Unanswered]:
        return await posted(transport(certificate, Names([["10.0.0.1"]])), PUSH.check("https://localhost:9/x"))

    [outcome] = asyncio.run(story())
    assert isinstance(outcome, Unanswered)
    assert outcome.code == "address_refused"


def test_localhost_is_reached(certificate: Certificate, service: PushService) -> None:
    """By name, with its certificate verified for that name."""
    port = service.url.rpartition(":")[2]

    async def story() -> list[Answer | Unanswered]:
        names = Names([["127.0.0.1"]])
        return await posted(transport(certificate, names), PUSH.check(f"https://localhost:{port}/push/1"))

    [answer] = asyncio.run(story())
    assert isinstance(answer, Answer)
    assert answer.status == 404


def test_a_name_that_is_not_known(certificate: Certificate) -> None:
    """Not the message's fault, nor the browser's."""

    async def story() -> list[Answer | Unanswered]:
        return await posted(transport(certificate, Names([[]])), PUSH.check("https://push.example/x"))

    [outcome] = asyncio.run(story())
    assert isinstance(outcome, Unanswered)
    assert (outcome.code, outcome.unknown) == ("dns_failed", False)


def test_nobody_listens(certificate: Certificate) -> None:
    """Nothing left, so nothing is unknown."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        endpoint = PUSH.check(f"https://127.0.0.1:{taken.getsockname()[1]}/x")
        [outcome] = asyncio.run(posted(transport(certificate), endpoint))
    assert isinstance(outcome, Unanswered)
    assert (outcome.code, outcome.unknown) == ("connection_failed", False)


def test_a_certificate_that_nobody_vouches_for(certificate: Certificate, service: PushService) -> None:
    """The local CA vouches for this machine; without it the connection ends before anything is said."""

    async def story() -> list[Answer | Unanswered]:
        system = ssl.create_default_context()
        strict = Transport(system, loopback=system, connections=1, timeout=10.0)
        return await posted(strict, PUSH.check(f"{service.url}/push/1"))

    [outcome] = asyncio.run(story())
    assert isinstance(outcome, Unanswered)
    assert (outcome.code, outcome.unknown) == ("tls_failed", False)
    assert service.attempts == []


def test_the_local_ca_is_for_this_machine_alone(certificate: Certificate, service: PushService) -> None:
    """A push service in the world is verified by the system's CAs, whatever the opt-in trusts."""

    async def story() -> list[Answer | Unanswered]:
        endpoint = PUSH.check(f"{service.url}/push/1")
        remote = Endpoint(url=endpoint.url, host=endpoint.host, origin=endpoint.origin, loopback=False)
        return await posted(transport(certificate), remote)

    [outcome] = asyncio.run(story())
    assert isinstance(outcome, Unanswered)
    assert outcome.code == "tls_failed"


def test_clear_text_is_no_answer(certificate: Certificate) -> None:
    """A server that speaks no TLS is told nothing."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1_000))
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

    async def story() -> list[Answer | Unanswered]:
        async with server(serve, None) as endpoint:
            return await posted(transport(certificate), endpoint)

    [outcome] = asyncio.run(story())
    assert isinstance(outcome, Unanswered)
    assert outcome.unknown is False
    assert b"POST" not in heard[0]


def test_a_timeout_before_the_request_left(certificate: Certificate) -> None:
    """The connection was never ready, so the push service cannot have taken the message."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # never answers the handshake

    async def story() -> list[Answer | Unanswered]:
        async with server(serve, None) as endpoint:
            return await posted(transport(certificate, timeout=0.2), endpoint)

    [outcome] = asyncio.run(story())
    assert isinstance(outcome, Unanswered)
    assert (outcome.code, outcome.unknown) == ("timeout", False)


def test_a_timeout_after_the_request_left(certificate: Certificate) -> None:
    """Nobody knows whether it was taken."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        await reader.read()

    [outcome] = meet(serve, certificate, timeout=0.5)
    assert isinstance(outcome, Unanswered)
    assert (outcome.code, outcome.unknown) == ("timeout", True)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 201 Cre",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 201 Created\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Length: x\r\n\r\n",
    ],
    ids=["nothing", "half a line", "no HTTP", "a huge header", "a length that is none"],
)
def test_an_answer_that_is_none(said: bytes, certificate: Certificate) -> None:
    """Whatever comes back in place of an answer, the message may have been taken."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(said)

    [outcome] = meet(serve, certificate)
    assert isinstance(outcome, Unanswered)
    assert (outcome.code, outcome.unknown) == ("no_answer", True)


def test_no_more_than_a_little_is_read(certificate: Certificate) -> None:
    """A long answer is left unread, its status counts, and the connection is not used again."""
    connections, read_whole = 0, 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections, read_whole
        connections += 1
        await request(reader)
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % (64 << 20))
        for _ in range(64):
            writer.write(b"x" * (1 << 20))
            await writer.drain()
        read_whole += 1

    answers = meet(serve, certificate, times=2, timeout=60.0)
    assert [each.status for each in answers if isinstance(each, Answer)] == [201, 201]
    assert (connections, read_whole) == (2, 0)


def test_a_body_that_stops_does_not_change_the_answer(certificate: Certificate) -> None:
    """The status has come: a connection that breaks behind it says nothing about the message."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\nx")
        await writer.drain()

    [answer] = meet(serve, certificate)
    assert isinstance(answer, Answer)
    assert answer.status == 201


def test_packed_answers_are_not_unpacked(certificate: Certificate) -> None:
    """A few bytes of gzip can unpack to gigabytes; and nothing in the body is wanted."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        await reader.readexactly(4)
        writer.write(b"HTTP/1.1 410 Gone\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")
        await writer.drain()

    [answer] = meet(serve, certificate)
    assert isinstance(answer, Answer)
    assert answer.status == 410
    assert b"Accept-Encoding" not in heads[0]


def test_a_connection_is_used_again(certificate: Certificate) -> None:
    """A handshake costs more than all the rest of a message."""
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for _ in range(5):
            await request(reader)
            writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % (READ_MOST - 1))
            writer.write(b"x" * (READ_MOST - 1))
        await writer.drain()

    assert all(isinstance(each, Answer) for each in meet(serve, certificate, times=5))
    assert connections == 1


def test_no_proxy_and_no_cookie(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment would look names up by itself; a cookie would tie messages together."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            await reader.readexactly(4)
            writer.write(b"HTTP/1.1 201 Created\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    assert all(isinstance(each, Answer) for each in meet(serve, certificate, times=2))
    assert b"Cookie" not in heads[1]
