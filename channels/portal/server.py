"""How uvicorn serves the portal."""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp


def server(application: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """Return a server that is not running yet; `await` its `serve()`. SIGTERM lets open requests end, for 10 s at most.

    Args:
        application: the portal.
        host: address to listen on.
        port: 0 picks a free one.
    """
    return uvicorn.Server(
        uvicorn.Config(
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
            limit_concurrency=1000,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=10,
        )
    )
