"""The portal as an ASGI application: the pages to share and to unsubscribe, pictures, assets, and a health check."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from channels.artwork.studio import Studio
from channels.portal.admission import Admission
from channels.portal.assets import Assets
from channels.portal.bucket import Bucket
from channels.portal.client_address import client_of
from channels.portal.gallery import Gallery
from channels.portal.headers import SecureHeaders
from channels.portal.open_requests import OpenRequests
from channels.portal.pages import Pages
from channels.portal.picture_site import PictureSite
from channels.portal.rate_limit import RateLimit
from channels.portal.settings import PortalSettings
from channels.portal.site import Site
from channels.portal.texts import english
from channels.portal.tokens import Tokens
from channels.portal.unsubscription import Publish, Unsubscription
from templates.languages.languages import Languages


def portal(
    settings: PortalSettings,
    publish: Publish,
    gallery: Gallery | None = None,
    *,
    languages: Languages | None = None,
    now: Callable[[], float] = time.time,
) -> Starlette:
    """Build the application.

    Args:
        settings: addresses, keys, limits.
        publish: writes one change to `contact-changes` and returns once it is safe there; it is cancelled after
            `publish_seconds`. Whatever it raises means that the change may not be there, and the reader is asked to
            try again. A repeated click is published again.
        gallery: draws the pictures and keeps them; None is one with the bundled fonts alone.
        languages: those of the installation; without them the pages are in English.
        now: seconds since 1970, for the time of a change and for the rate limit.
    """
    tokens = Tokens(settings.keys)
    assets = Assets(Path(__file__).parent / "assets")
    languages = languages or english()
    pages = Pages(settings, tokens, assets, languages)
    site = Site(tokens, pages, assets)
    pictures = PictureSite(tokens, settings.product_name, gallery or Gallery([Studio()]), languages)
    unsubscription = Unsubscription(tokens, pages, publish, seconds=settings.publish_seconds, now=now)
    admission = Middleware(
        Admission,
        limit=RateLimit(settings.requests_per_second, settings.burst, settings.clients),
        bucket=Bucket(tokens, settings.trusted_proxies),
        refusal=site.busy,
        now=now,
    )
    crowd = Middleware(
        OpenRequests,
        most=settings.connections_per_client,
        client=lambda request: client_of(request, settings.trusted_proxies),
        refusal=site.busy,
    )
    application = Starlette(
        routes=[
            Route("/m/{token}", site.share),
            Route("/u/{token}", unsubscription.answer, methods=["GET", "POST"]),
            Route("/c/{token}.png", pictures.card),
            Route("/b/{token}.gif", pictures.badge),
            Route("/b/{token}.png", pictures.icon),
            Route("/assets/{name}", site.asset),
            Route("/healthz", site.health),
        ],
        middleware=[Middleware(SecureHeaders), crowd, admission],
        exception_handlers={HTTPException: site.refuse, Exception: site.broken},
    )
    # A redirect from `/m/x/` to `/m/x` would name whatever host the client claims to ask.
    application.router.redirect_slashes = False
    return application
