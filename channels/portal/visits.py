"""Counts what was asked of the portal, and how it was answered."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stream.runtime.meter import Meter
from stream.runtime.metrics import PORTAL_REQUESTS

_PAGES: Mapping[str, str] = {
    "m": "share",
    "c": "card",
    "b": "badge",
    "u": "unsubscribe",
    "assets": "asset",
    "healthz": "health",
}
PAGES = (*_PAGES.values(), "other")
"""All that a request is counted as."""


def page_of(path: str) -> str:
    """Return the page that a path asks for: one of a handful of names, whatever strangers ask for."""
    return _PAGES.get(path.removeprefix("/").partition("/")[0], "other")


class Visits:
    """ASGI application around another: adds each answer to `cairn_portal_requests_total`."""

    def __init__(self, app: ASGIApp, meter: Meter) -> None:
        """Wrap `app`; `meter` is written on the event loop only."""
        self._app, self._meter = app, meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and count the answer when it begins."""

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._meter.add(PORTAL_REQUESTS, 1, (page_of(scope["path"]), str(message["status"])))
            await send(message)

        await self._app(scope, receive, counted if scope["type"] == "http" else send)
