"""HTTP/1.1 as uvicorn speaks it, with an end to every wait for a client.

uvicorn knows one bound of time, between an answer and the first byte of the next request. A client that sends
nothing at all, a header a minute, half of a body, or that reads no answer kept its place for as long as it liked.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import Server, ServerState

from channels.portal.client_address import name_of
from channels.portal.connections import Closed, Connections


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: for the whole header of a request, from the connection or the answer before; for its whole body; from
    there until its answer is handed over. None: without end.
    """

    header: float = 10.0
    body: float = 10.0
    answer: float | None = 60.0


PATIENCE = Timeouts()
"""For who has no settings."""


class _Stage(Enum):
    """What a connection waits for. The value is why it is closed if that takes too long."""

    HEADER = Closed.HEADER_TIMEOUT
    BODY = Closed.BODY_TIMEOUT
    ANSWER = Closed.ANSWER_TIMEOUT


class BoundedProtocol(H11Protocol):
    """One connection. Whoever has no place among `kept` gets 503 before a byte is read of it."""

    def __init__(self, kept: Connections, timeouts: Timeouts, **uvicorns: Any) -> None:
        """`uvicorns`: what uvicorn makes a protocol with."""
        super().__init__(**uvicorns)
        self._kept = kept
        self._bounds = {
            _Stage.HEADER: timeouts.header,
            _Stage.BODY: timeouts.body,
            _Stage.ANSWER: timeouts.answer,
        }
        self._at: tuple[_Stage, object] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place, or say that there is none."""
        peer = transport.get_extra_info("peername")
        self._refused = not self._kept.admit(self, name_of(str(peer[0]) if isinstance(peer, tuple) else ""))
        if self._refused:
            self.transport = transport
            _say(transport, _NO_PLACE)
            return
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        """Read on; what is sent to a closed door is not read."""
        if self._refused or self.transport.is_closing():
            return
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self._stop()
        self._kept.gone(self)
        if not self._refused:
            super().connection_lost(exc)

    def evict(self) -> None:
        """Make room for another client."""
        self._stop()
        self._end()

    def _look(self) -> None:
        """Start the clock of what is waited for now, unless it runs: bytes that come slowly do not wind it up."""
        if self.transport.is_closing():
            return
        at = self._stage(), self.cycle
        if at == self._at:
            return
        self._at = at
        self._stop()
        seconds = self._bounds[at[0]]
        if seconds is not None:
            self._timer = self.loop.call_later(seconds, self._expire, at[0])
        if at[0] is _Stage.HEADER:
            self._kept.waits(self)
        else:
            self._kept.works(self)

    def _stage(self) -> _Stage:
        state = self.conn.their_state
        if state is h11.IDLE:
            return _Stage.HEADER
        return _Stage.BODY if state is h11.SEND_BODY else _Stage.ANSWER

    def _expire(self, stage: _Stage) -> None:
        self._kept.closed(stage.value)
        # Half of a request gets an answer; a connection that was only kept open gets none, for nobody asked.
        half_sent = stage is _Stage.BODY or (stage is _Stage.HEADER and bool(self.conn.trailing_data[0]))
        unanswered = self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE)
        self._end(_TOO_LATE if half_sent and unanswered else b"")

    def _end(self, said: bytes = b"") -> None:
        """Close: at once if the client does not even read what it was sent."""
        if self.cycle is not None:
            self.cycle.disconnected = True  # the application must not write behind these words
            self.cycle.message_event.set()
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            _say(self.transport, said)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def bounded_server(config: Config, kept: Connections, timeouts: Timeouts = PATIENCE) -> Server:
    """Return uvicorn's server of a configuration, with these bounds instead of its own."""

    def make(
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> BoundedProtocol:
        return BoundedProtocol(
            kept, timeouts, config=config, server_state=server_state, app_state=app_state, _loop=_loop
        )

    # Its own bound, `limit_concurrency`, answers everybody with 503 once one client holds that many connections.
    config.http = make  # type: ignore[assignment]  # uvicorn calls it as it would a class
    return Server(config)


def _say(transport: asyncio.Transport, words: bytes) -> None:
    if words:
        transport.write(words)
    transport.close()


_NO_PLACE = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: 5\r\n\r\n"
_TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
