"""How many requests of one client are under way at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_RETRY_AFTER = "5"
"""Seconds."""


class OpenRequests:
    """Middleware: answers 429 where a client has `most` requests under way.

    Behind a proxy all connections come from one address; whose a request is stands in its header.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        most: int,
        client: Callable[[Request], str],
        refusal: Callable[[Request], Awaitable[Response]],
    ) -> None:
        """Guard `app`; `client` names who asks, `refusal` makes the page of a 429."""
        self._app, self._most, self._client, self._refusal = app, most, client, refusal
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope)
        client = self._client(request)
        if self._open[client] >= self._most:
            response = await self._refusal(request)
            response.headers["Retry-After"] = _RETRY_AFTER
            return await response(scope, receive, send)
        self._open[client] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]
