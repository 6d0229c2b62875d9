"""Serves the preview on this machine alone."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from channels.portal.bounded_protocol import Timeouts, bounded_server
from channels.portal.connections import Connections
from schemas.errors import CairnError
from stream.runtime.exits import Exit

HOST = "127.0.0.1"
MOST = 200
"""Connections: a browser holds six."""


def listen(port: int) -> socket.socket:
    """Return a socket that listens on 127.0.0.1; `port` 0 picks a free one.

    Raises:
        CairnError: exit 2, when the port is taken or forbidden.
    """
    try:
        return socket.create_server((HOST, port), backlog=128)
    except (OSError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        raise CairnError(
            f"port {port} of this machine is taken" if taken else f"port {port} cannot be listened on: {error}",
            where="--port",
            fix="give another one; 0 picks a free one",
            exit=Exit.USAGE,
        ) from error


def serve(application: ASGIApp, opened: socket.socket, ending: Callable[[Callable[[], bool]], None]) -> None:
    """Serve until Ctrl-C; `ending` is told how to ask whether the server ends."""
    config = uvicorn.Config(
        application,
        lifespan="on",
        ws="none",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )
    server = bounded_server(config, Connections(MOST, None, lambda _why: None), Timeouts(answer=None))
    ending(lambda: server.should_exit)
    server.run([opened])
