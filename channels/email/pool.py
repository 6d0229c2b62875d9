"""Connections that wait for the next message."""

from __future__ import annotations

import asyncio
from collections import deque

from channels.email.connection import Connection
from channels.email.fault import FAULTS
from channels.email.server import Server

IDLE = 30.0
"""Seconds that a connection waits for a message. Servers wait 5 minutes (RFC 5321 section 4.5.3.2.7), but firewalls
and load balancers forget silent connections after 60 s, some without a word: a message would wait for its timeout."""
_GOODBYE = 2.0
"""Seconds that QUIT may take; it is a courtesy, and nobody waits for it but `close`."""


class Pool:
    """As many connections as messages are under way at a time (`email.in_flight`, which the dispatcher keeps).

    They are opened on demand. The one used last is used next, so the others grow old. The pool is made anywhere, and
    used on one event loop.
    """

    def __init__(self, server: Server, *, idle: float = IDLE) -> None:
        """Take the server, and the seconds that a connection may wait."""
        self._server, self._idle = server, idle
        self._waiting: deque[tuple[float, Connection]] = deque()
        self._sweeper: asyncio.TimerHandle | None = None
        self._goodbyes: set[asyncio.Task[None]] = set()

    def waiting(self) -> Connection | None:
        """Take a connection that stands already, as far as we know; None if there is none."""
        while self._waiting:
            _, connection = self._waiting.pop()
            if connection.reusable:
                return connection
            connection.close()
        return None

    def fresh(self) -> Connection:
        """Take a connection that is yet to be opened."""
        return Connection(self._server)

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next message, or end it where it has served its time."""
        if not connection.reusable:
            self._end(connection)
            return
        loop = asyncio.get_running_loop()
        self._waiting.append((loop.time(), connection))
        if self._sweeper is None:
            self._sweeper = loop.call_later(self._idle, self._sweep)

    async def close(self) -> None:
        """End every connection that waits; those in use are their users' to end."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        while self._waiting:
            self._end(self._waiting.pop()[1])
        await asyncio.gather(*self._goodbyes)

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        # Rounded by a millisecond: the clock of a timer may be behind the one that was read.
        while self._waiting and self._waiting[0][0] + self._idle <= now + 0.001:
            self._end(self._waiting.popleft()[1])
        self._sweeper = loop.call_at(self._waiting[0][0] + self._idle, self._sweep) if self._waiting else None

    def _end(self, connection: Connection) -> None:
        # The loop itself keeps no task alive.
        task = asyncio.get_running_loop().create_task(_say_goodbye(connection))
        self._goodbyes.add(task)
        task.add_done_callback(self._goodbyes.discard)


async def _say_goodbye(connection: Connection) -> None:
    try:
        async with asyncio.timeout(_GOODBYE):
            await connection.quit()
    except FAULTS:
        return
    finally:
        connection.close()
