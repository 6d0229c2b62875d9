"""The answers with pictures: stat card, animated badge, icon."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from channels.artwork.badge import Badge
from channels.portal.gallery import Gallery, Hung
from channels.portal.headers import KEPT_FOR_EVER
from channels.portal.shown import badge_of, card_of
from channels.portal.texts import Texts
from channels.portal.tokens import Tokens
from templates.languages.languages import Languages


class PictureSite:
    """Answers GET and HEAD of /c and /b. Only what one of our keys has sealed is drawn."""

    def __init__(self, tokens: Tokens, product: str, gallery: Gallery, languages: Languages) -> None:
        """Take the seals, the product's name, who draws, and the languages of dates and numbers."""
        self._tokens, self._product, self._gallery, self._languages = tokens, product, gallery, languages

    async def card(self, request: Request) -> Response:
        """The stat card of a link to share.

        Raises:
            HTTPException: 404 for a token that does not open.
        """
        share = self._tokens.share.open(request.path_params["token"])
        if share is None:
            raise HTTPException(404)
        texts = Texts(self._languages.for_pages(self._languages.of(share.locale)))
        return _answer(request, await self._gallery.card(card_of(share, self._product, texts)))

    async def badge(self, request: Request) -> Response:
        """The animated badge. Raises likewise."""
        return _answer(request, await self._gallery.badge(self._opened(request)))

    async def icon(self, request: Request) -> Response:
        """The still icon. Raises likewise."""
        return _answer(request, await self._gallery.icon(self._opened(request)))

    def _opened(self, request: Request) -> Badge:
        token = self._tokens.badge.open(request.path_params["token"])
        if token is None:
            raise HTTPException(404)
        return badge_of(token)


def _answer(request: Request, picture: Hung) -> Response:
    """The picture, or 304 where the client has it (RFC 9110 section 13.1.2)."""
    headers = {"Cache-Control": KEPT_FOR_EVER, "ETag": picture.etag}
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if picture.etag in known or known == ["*"]:
        return Response(status_code=304, headers=headers)
    return Response(picture.body, headers=headers, media_type=picture.content_type)
