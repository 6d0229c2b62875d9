"""How uvicorn serves the portal."""

from __future__ import annotations

import math

import uvicorn
from starlette.types import ASGIApp

from channels.portal.bounded_protocol import PATIENCE, Timeouts, bounded_server
from channels.portal.connections import Connections


def server(
    application: ASGIApp,
    host: str,
    port: int,
    *,
    connections: Connections | None = None,
    timeouts: Timeouts = PATIENCE,
    drain: float = 10.0,
) -> uvicorn.Server:
    """Return a server that is not running yet; `await` its `serve()`. SIGTERM lets open requests end.

    Args:
        application: the portal.
        host: address to listen on.
        port: 0 picks a free one.
        connections: which connections are kept; None: 1,000, and 100 of one client address.
        timeouts: how long a client is waited for.
        drain: seconds that open requests have to end after SIGTERM; uvicorn counts in whole ones, so rounded up.
    """
    kept = connections if connections is not None else Connections(1000, 100, lambda _why: None)
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        lifespan="off",
        ws="none",
        # Its lines hold whole paths, and the path of a link is the right to use it.
        access_log=False,
        # uvicorn would believe X-Forwarded-For from this machine; the portal counts proxies itself.
        proxy_headers=False,
        server_header=False,
        log_config=None,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=math.ceil(drain),
    )
    return bounded_server(config, kept, timeouts)
