"""Which connections a server keeps: a bound for each client address, and one for all. Pure: no socket, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol


class Closed(StrEnum):
    """Why a connection was closed by us; labels of `cairn_portal_connections_closed_total`."""

    HEADER_TIMEOUT = "header_timeout"
    BODY_TIMEOUT = "body_timeout"
    ANSWER_TIMEOUT = "answer_timeout"
    PER_CLIENT = "per_client"
    ALL = "all"


class Connection(Protocol):
    """What can be closed."""

    def evict(self) -> None:
        """Close it at once; `Connections.gone` may be called meanwhile or later."""
        ...


class Connections:
    """Keeps at most `most` connections, and `per_client` of one client; None bounds a client by nothing.

    When all places are taken, the connection that has waited longest for a request to come goes, so that many clients
    that send nothing, or half of a request, keep nobody else out. One that is being answered is never taken away.
    """

    def __init__(self, most: int, per_client: int | None, closed: Callable[[Closed], None]) -> None:
        """`closed` hears of each connection that was refused or evicted."""
        self._most, self._per_client = most, per_client
        self.closed = closed
        self._clients: dict[Connection, str] = {}
        self._counts: Counter[str] = Counter()
        self._waiting: dict[Connection, None] = {}
        """Those without a whole request, in the order in which they began to wait."""

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._clients)

    def admit(self, connection: Connection, client: str) -> bool:
        """Keep a new connection, which waits for its first request; False when there is no place for it."""
        if self._per_client is not None and self._counts[client] >= self._per_client:
            self.closed(Closed.PER_CLIENT)
            return False
        if len(self) >= self._most:
            self.closed(Closed.ALL)
            oldest = next(iter(self._waiting), None)
            if oldest is None:
                return False
            self.gone(oldest)
            oldest.evict()
        self._clients[connection] = client
        self._counts[client] += 1
        self.waits(connection)
        return True

    def waits(self, connection: Connection) -> None:
        """It waits for a request from now on."""
        if connection in self._clients:
            self._waiting.pop(connection, None)
            self._waiting[connection] = None

    def works(self, connection: Connection) -> None:
        """A request has come: it is being answered."""
        self._waiting.pop(connection, None)

    def gone(self, connection: Connection) -> None:
        """It is closed; said twice it is said once."""
        self._waiting.pop(connection, None)
        client = self._clients.pop(connection, None)
        if client is None:
            return
        self._counts[client] -= 1
        if not self._counts[client]:
            del self._counts[client]
