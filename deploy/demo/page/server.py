"""Serves an ASGI application from a thread of its own, on a free port of this machine."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from channels.portal.bounded_protocol import Timeouts, bounded_server
from channels.portal.connections import Connections

_START_S = 30.0
MOST = 200
"""Connections: a browser holds six."""


class PageServer:
    """Listens from the start of its block to its end."""

    def __init__(self, application: ASGIApp) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        config = uvicorn.Config(application, log_config=None, access_log=False, lifespan="off")
        self._server = bounded_server(config, Connections(MOST, None, lambda _why: None), Timeouts(answer=None))
        # uvicorn leaves signals alone in a thread that is not the main one.
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="page", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(_START_S)
        self._socket.close()
