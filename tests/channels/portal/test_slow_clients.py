"""Clients on raw sockets that send half of what they owe, and what that costs the others: nothing."""

from __future__ import annotations

import asyncio
import resource
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.portal.app import portal
from channels.portal.bounded_protocol import Timeouts
from channels.portal.connections import Closed, Connections
from channels.portal.open_files import RESERVE, room_for
from channels.portal.server import server
from tests.channels.portal.browser import Outbox, settings, unsubscribe_path
from tests.slow_client import dripping, rest
from tests.system.waiting import until

HALF = b"GET /healthz HTTP/1.1\r\nHost: acme.example\r\nX-Slow: "
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: acme.example\r\n\r\n"
SHORT = Timeouts(header=0.3, body=0.3, answer=0.5)
LONG = Timeouts(header=60, body=60, answer=60)


class Portal:
    """One that serves in a thread, and what it says of connections that it closed."""

    def __init__(self, timeouts: Timeouts, most: int, per_client: int | None, application: ASGIApp | None) -> None:
        self.outbox = Outbox()
        self.closed: Counter[Closed] = Counter()
        self.kept = Connections(most, per_client, lambda why: self.closed.update([why]))
        self._running = server(
            application or portal(settings(), self.outbox),
            "127.0.0.1",
            0,
            connections=self.kept,
            timeouts=timeouts,
            drain=1,
        )
        self._thread = threading.Thread(target=lambda: asyncio.run(self._running.serve()))

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._running.servers[0].sockets[0].getsockname()[1]
        return port

    def start(self) -> None:
        """Serve."""
        self._thread.start()
        until(lambda: self._running.started, within=30, what="it serves")

    def stop(self) -> None:
        """End."""
        self._running.should_exit = self._running.force_exit = True
        self._thread.join()

    def connect(self, sent: bytes = b"") -> socket.socket:
        """A raw client that has sent these bytes."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        client.sendall(sent)
        return client

    def ask(self, request: bytes = WHOLE) -> bytes:
        """A client that behaves: its status line."""
        with self.connect(request) as client:
            return client.recv(4096).split(b"\r\n")[0]


Open = Callable[..., Portal]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Starts portals, and ends them with the test."""
    with ExitStack() as ending:

        def start(
            timeouts: Timeouts = LONG,
            most: int = 1000,
            per_client: int | None = None,
            application: ASGIApp | None = None,
        ) -> Portal:
            running = Portal(timeouts, most, per_client, application)
            running.start()
            ending.callback(running.stop)
            return running

        yield start


def test_a_client_that_sends_nothing_is_hung_up_on(opened: Open) -> None:
    """Without a word, for nobody asked."""
    running = opened(SHORT)

    with running.connect() as client:
        assert rest(client) == b""
    assert running.closed == {Closed.HEADER_TIMEOUT: 1}


def test_half_of_a_header_ends_in_408(opened: Open) -> None:
    """Slow bytes do not wind the clock up."""
    running = opened(SHORT)

    with running.connect(HALF) as client, dripping(client):
        assert rest(client).startswith(b"HTTP/1.1 408 ")
    assert running.closed == {Closed.HEADER_TIMEOUT: 1}


@pytest.mark.parametrize("drips", [False, True])
def test_half_of_a_body_ends_in_408_and_changes_nothing(opened: Open, drips: bool) -> None:
    """The application waits for the rest no longer, and nobody is unsubscribed by it."""
    running = opened(SHORT)
    head = f"POST {unsubscribe_path()} HTTP/1.1\r\nHost: acme.example\r\nContent-Length: 1000\r\n\r\nList".encode()

    with running.connect(head) as client, ExitStack() as stack:
        if drips:
            stack.enter_context(dripping(client))
        assert rest(client).startswith(b"HTTP/1.1 408 ")
    assert running.closed == {Closed.BODY_TIMEOUT: 1}
    assert running.outbox.changes == []


def test_the_second_request_of_a_connection_has_the_same_bounds(opened: Open) -> None:
    """A sound one buys nothing for what follows."""
    running = opened(SHORT)

    with running.connect(WHOLE) as client:
        assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
        client.sendall(HALF)
        with dripping(client):
            assert b"HTTP/1.1 408 " in rest(client)
    assert running.closed == {Closed.HEADER_TIMEOUT: 1}


def test_pipelined_requests_are_answered_and_the_half_one_behind_them_is_not_waited_for(opened: Open) -> None:
    """The clock follows the request that is waited for."""
    running = opened(SHORT)

    with running.connect(WHOLE + WHOLE + HALF) as client:
        heard = rest(client)
    assert heard.count(b"HTTP/1.1 200 ") == 2
    assert heard.count(b"HTTP/1.1 408 ") == 1


def test_a_client_that_reads_no_answer_is_cut_off(opened: Open) -> None:
    """More than the sockets hold: the application would wait for room for ever."""

    async def endless(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            await send({"type": "http.response.body", "body": b"x" * (1 << 20), "more_body": True})
            if not running.kept:
                return

    running = opened(SHORT, application=endless)

    with running.connect(WHOLE):
        until(lambda: running.closed[Closed.ANSWER_TIMEOUT] == 1 and not running.kept, within=30, what="it is cut off")


def test_a_request_that_comes_in_pieces_in_time_is_served(opened: Open) -> None:
    """A slow line is no attack."""
    running = opened()
    body = b"List-Unsubscribe=One-Click"
    head = f"POST {unsubscribe_path()} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    with running.connect() as client:
        for byte in head + body:
            client.sendall(bytes((byte,)))
        assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
    assert len(running.outbox.changes) == 1


def test_one_client_with_more_than_a_thousand_half_sent_requests_costs_nobody_else_anything(opened: Open) -> None:
    """It holds its own places, and the others are served at once: 1,050 of them gave 503 to everybody."""
    running = opened(most=1000, per_client=100)
    with ExitStack() as stack:
        for _ in range(1050):
            # All of 127.0.0.0/8 is this machine: the attacker asks from one address, the others from theirs.
            client = stack.enter_context(socket.socket())
            try:
                client.bind(("127.0.0.66", 0))
            except OSError:
                pytest.skip("this machine has one loopback address")
            client.connect(("127.0.0.1", running.port))
            client.sendall(HALF)
        until(lambda: running.closed[Closed.PER_CLIENT] == 950, within=30, what="the rest was refused")
        assert len(running.kept) == 100

        assert [running.ask() for _ in range(20)] == [b"HTTP/1.1 200 OK"] * 20


def test_whoever_has_no_place_is_told_so(opened: Open) -> None:
    """503 with the time to come again, before its request is read."""
    running = opened(per_client=1)

    with running.connect(HALF), running.connect(WHOLE) as second:
        heard = rest(second)
    assert heard.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After" in heard


def test_many_clients_with_half_a_request_make_room_for_a_whole_one(opened: Open) -> None:
    """When every place is taken, those go first that have waited longest without a request."""
    running = opened(most=20)
    with ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(running.connect(HALF))
        until(lambda: running.closed[Closed.ALL] == 40, within=30, what="40 were evicted")

        assert [running.ask() for _ in range(20)] == [b"HTTP/1.1 200 OK"] * 20
        assert len(running.kept) <= 20


def test_places_are_given_back(opened: Open) -> None:
    """By clients that leave in the middle as by those that were answered."""
    running = opened(per_client=2)
    for sent in (b"", HALF) * 3:
        with running.connect(sent):
            until(lambda: running.kept, within=30, what="the client is let in")
        until(lambda: not running.kept, within=30, what="nobody is there")
    for _ in range(3):
        assert running.ask() == b"HTTP/1.1 200 OK"
        until(lambda: not running.kept, within=30, what="nobody is there")
    assert running.closed[Closed.PER_CLIENT] == 0


def test_behind_a_proxy_requests_are_counted_by_whom_the_proxy_names(opened: Open) -> None:
    """Its connections are everybody's: a client with too many requests under way gets 429, the others are served."""
    application = portal(settings(trusted_proxies=1, connections_per_client=3), Outbox())
    running = opened(application=application)

    def head(client: str) -> bytes:
        return (
            f"POST {unsubscribe_path()} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {client}\r\nContent-Length: 26\r\n\r\n"
        ).encode()

    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(running.connect(head("203.0.113.9")))
        until(lambda: running.ask(head("203.0.113.9") + b"x" * 26).startswith(b"HTTP/1.1 429 "), within=30, what="429")

        assert running.ask(head("203.0.113.10") + b"List-Unsubscribe=One-Click") == b"HTTP/1.1 200 OK"


def test_the_limit_on_open_files_is_raised_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as it may be: connections that no file is left for would wait unaccepted."""
    limits = {"now": (1024, 4096)}
    monkeypatch.setattr(resource, "getrlimit", lambda _which: limits["now"])
    monkeypatch.setattr(resource, "setrlimit", lambda _which, wanted: limits.update(now=wanted))

    assert room_for(1000) == 1000
    assert limits["now"] == (1000 + RESERVE, 4096)
    assert room_for(10_000) == 4096 - RESERVE
    assert limits["now"] == (4096, 4096)
