"""The application that is served now: none before the product is known, another when it changes."""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.portal.headers import SecureHeaders


class Stage:
    """An ASGI application that passes requests on to `application`; 503 while that is None.

    A request under way ends with the application that it began with.
    """

    def __init__(self) -> None:
        self.application: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await (self.application or _NOT_YET)(scope, receive, send)


_NOT_YET: ASGIApp = SecureHeaders(
    PlainTextResponse("The portal waits for its first rules. Please try again.\n", 503, {"Retry-After": "5"})
)
