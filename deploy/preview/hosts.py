"""Lets in only who asks this machine by its own name; else pages of the web could read it by DNS rebinding."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


class OwnHost:
    """ASGI application around another: 421 where the Host header (RFC 9110 section 7.2) is not this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or is_own(f"//{Headers(scope=scope).get('host', '')}"):
            return await self._app(scope, receive, send)
        text = "The preview answers to 127.0.0.1 and localhost alone.\n"
        return await PlainTextResponse(text, 421)(scope, receive, send)


def is_own(address: str) -> bool:
    """Whether an address, or an origin, is of this machine."""
    try:
        return urlsplit(address).hostname in NAMES
    except ValueError:
        return False
