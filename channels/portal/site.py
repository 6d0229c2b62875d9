"""The answers that change nothing: the page to share, assets, health, and every refusal."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from channels.portal.assets import Assets
from channels.portal.headers import KEPT_A_WHILE, KEPT_FOR_EVER, NEVER_KEPT, SECURITY
from channels.portal.pages import Pages
from channels.portal.tokens import Tokens


class Site:
    """Answers GET and HEAD."""

    def __init__(self, tokens: Tokens, pages: Pages, assets: Assets) -> None:
        self._tokens, self._pages, self._assets = tokens, pages, assets

    async def share(self, request: Request) -> Response:
        """The page to share.

        Raises:
            HTTPException: 404 for a token that does not open.
        """
        token = request.path_params["token"]
        share = self._tokens.share.open(token)
        if share is None:
            raise HTTPException(404)
        return HTMLResponse(self._pages.share(share, token), headers={"Cache-Control": KEPT_A_WHILE})

    async def asset(self, request: Request) -> Response:
        """A style sheet or picture.

        Raises:
            HTTPException: 404 for a name that is not there.
        """
        asset = self._assets.find(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        return Response(asset.body, headers={"Cache-Control": KEPT_FOR_EVER}, media_type=asset.content_type)

    async def health(self, request: Request) -> Response:
        """That the process answers; the portal waits for nothing at start."""
        return PlainTextResponse("ok\n")

    async def refuse(self, request: Request, error: Exception) -> Response:
        """The page of a refusal. A broken token and an unknown path get the same, so that neither tells anything."""
        assert isinstance(error, HTTPException)  # noqa: S101 - Starlette passes what it was told to pass
        page = self._pages.notice(_NOTICES.get(error.status_code, "lost"), _accepted(request))
        return HTMLResponse(page, error.status_code, error.headers)

    async def busy(self, request: Request) -> Response:
        """The page of a 429."""
        return HTMLResponse(self._pages.notice("busy", _accepted(request)), HTTPStatus.TOO_MANY_REQUESTS)

    async def broken(self, request: Request, error: Exception) -> Response:
        """The page of a 500. It is made outside of all middleware, so it brings the headers itself."""
        page = self._pages.notice("broken", _accepted(request))
        return HTMLResponse(page, HTTPStatus.INTERNAL_SERVER_ERROR, {**SECURITY, "Cache-Control": NEVER_KEPT})


def _accepted(request: Request) -> str:
    return request.headers.get("accept-language", "")


_NOTICES: Mapping[int, str] = {
    HTTPStatus.METHOD_NOT_ALLOWED: "not_done_this_way",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
}
