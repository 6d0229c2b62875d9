"""The page to unsubscribe: a GET asks, a POST acts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from channels.portal.pages import Pages
from channels.portal.small_body import read_small_body
from channels.portal.tokens import Tokens, Unsubscribe
from schemas.contact_change import ContactChange
from schemas.errors import CairnError

Publish = Callable[[ContactChange], Awaitable[None]]

_RETRY_AFTER = "60"
"""Seconds."""


class Unsubscription:
    """Answers /u/{token}. It knows no contacts, so its answers cannot tell whether one exists."""

    def __init__(
        self, tokens: Tokens, pages: Pages, publish: Publish, *, seconds: float, now: Callable[[], float]
    ) -> None:
        """Take the seals, the pages, the writer with the seconds that it may take, and the clock in seconds."""
        self._tokens, self._pages, self._publish = tokens, pages, publish
        self._seconds, self._now = seconds, now
        self._log = structlog.get_logger(__name__)

    async def answer(self, request: Request) -> Response:
        """GET and HEAD show what will happen and change nothing, for scanners follow every link of a mail; POST acts.

        Raises:
            HTTPException: 404 for a token that does not open; 413 for a large body; 400 when the client left.
        """
        wish = self._tokens.unsubscribe.open(request.path_params["token"])
        if wish is None:
            raise HTTPException(404)
        if request.method != "POST":
            return HTMLResponse(self._pages.unsubscribe(wish))
        return await self._act(wish, await _way(request))

    async def _act(self, wish: Unsubscribe, way: str) -> Response:
        """Write the change before saying that it is done: 200 is a promise, so a doubt is a 503."""
        change = self._change(wish, way)
        try:
            async with asyncio.timeout(self._seconds):
                await self._publish(change)
        except Exception as error:
            said = {"where": error.where, "fix": error.fix} if isinstance(error, CairnError) else {}
            what = error.what if isinstance(error, CairnError) else repr(error)
            self._log.error("unsubscription_not_written", channel=wish.channel, error=what, **said)
            page = self._pages.unsubscribe(wish, failed=True)
            return HTMLResponse(page, 503, {"Retry-After": _RETRY_AFTER})
        return HTMLResponse(self._pages.unsubscribed(wish))

    def _change(self, wish: Unsubscribe, way: str) -> ContactChange:
        return ContactChange(
            contact_id=wish.contact_id,
            change="unsubscribe",
            at=int(self._now() * 1000),
            channel=wish.channel,
            reason=f"by {way}, celebration {wish.crossing_id}",
        )


async def _way(request: Request) -> str:
    """How the wish came. The token alone is the right to unsubscribe, so an odd form is no reason to refuse.

    RFC 8058 section 3.2 has mail programs send the pair as multipart/form-data or urlencoded; both hold it in clear.
    """
    try:
        body = await read_small_body(request)
    except ClientDisconnect:
        raise HTTPException(400) from None
    if body is None:
        raise HTTPException(413)
    return "one-click" if b"List-Unsubscribe" in body and b"One-Click" in body else "the page"
