"""Makes the renderer of an installation from its settings."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import channels.portal
from channels.portal.assets import Assets
from channels.portal.links import Links
from channels.portal.tokens import Tokens
from channels.render.badges import Badges
from channels.render.bounds import PICTURE_BYTES
from channels.render.content import Renderer
from channels.render.places import Places
from channels.render.renderer import TemplateRenderer
from channels.render.untranslated import Untranslated
from schemas.clean import clean
from schemas.errors import CairnError
from stream.runtime.exits import Exit
from stream.runtime.settings import Settings
from templates.context import Url
from templates.installed import load


def make_renderer(settings: Settings, *, with_pseudo: bool = False) -> Renderer:
    """Load the templates and everything that messages point to.

    `with_pseudo` lets a message be in a pseudo-locale (`templates.languages.pseudo`), for messages to try things with.

    Raises:
        CairnError: exit 2, when `portal.public_url`, `portal.keys`, `templates.folder` or `templates.languages` cannot
            be used; exit 1 with every mistake in own templates and catalogues.
        KeysError: a key is too short.
    """
    templates = settings.templates
    whole = templates.missing == "whole"
    library = load(templates.folder, templates.languages, with_pseudo=with_pseudo, whole=whole)
    return TemplateRenderer(library, places_of(settings), Untranslated().tell)


def places_of(settings: Settings) -> Places:
    """Return what every message points to.

    Raises:
        CairnError: exit 2, when `portal.public_url` or `portal.keys` cannot be used.
        KeysError: a key is too short.
    """
    root = _public_url(settings.portal.public_url)
    if not settings.portal.keys:
        raise CairnError(
            "portal.keys is not set, so the links of messages cannot be signed",
            where="portal.keys (CAIRN_PORTAL_KEYS)",
            fix="set a key made by `openssl rand -hex 32`, the same for the dispatchers and the portal",
            exit=Exit.USAGE,
        )
    assets = Assets(Path(channels.portal.__file__).parent / "assets")
    links = Links(root, Tokens(settings.portal.keys))
    badges = Badges(links)
    _check_room(badges.plain().animated)
    return Places(
        links=links,
        badges=badges,
        badge=_check_room(f"{root}/assets/{assets.named('mono.png')}"),
        reply_to=settings.email.reply_to or settings.email.sender,
        postal_address=clean(settings.email.postal_address),
    )


def _public_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme in ("https", "http") and parts.hostname and not parts.query and not parts.fragment:
        return url.rstrip("/")
    what = f"portal.public_url is no http(s) address: {url!r}" if url else "portal.public_url is not set"
    raise CairnError(
        f"{what}; every message links to the portal",
        where="portal.public_url (CAIRN_PORTAL_PUBLIC_URL)",
        fix="set the address under which the world reaches `cairn run portal`: https://acme.example/celebrate",
        exit=Exit.USAGE,
    )


def _check_room(url: str) -> Url:
    if len(url.encode()) > PICTURE_BYTES:
        raise CairnError(
            f"portal.public_url is too long: a picture's address would have {len(url.encode())} bytes",
            where="portal.public_url (CAIRN_PORTAL_PUBLIC_URL)",
            fix=f"choose a shorter one: notifications have room for {PICTURE_BYTES} bytes",
            exit=Exit.USAGE,
        )
    return Url(url)
