"""The real portal under the preview's address: it writes nothing, and each page says that this is a preview."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from channels.portal.app import portal
from channels.portal.gallery import Gallery
from channels.portal.product import Product as PortalProduct
from channels.portal.settings import PortalSettings
from deploy.preview.framed import Framed
from deploy.preview.settings import PORTAL
from deploy.preview.state import SCHEMES
from schemas.contact_change import ContactChange
from schemas.milestones.document import Product
from stream.runtime.settings import Settings
from templates.languages.languages import Languages


class Portals:
    """An ASGI application: the portal at `/portal`, and at `/portal-light` and `/portal-dark` in that scheme alone."""

    def __init__(self, settings: Settings, product: Product, languages: Languages, gallery: Gallery) -> None:
        """Build the three around one gallery; raises `SettingError` where a setting of the portal cannot be used."""
        self._by_path: dict[str, ASGIApp] = {}
        root = settings.portal.public_url.removesuffix(PORTAL)
        for scheme in (None, *SCHEMES):
            path = f"{PORTAL}-{scheme}" if scheme else PORTAL
            section = settings.portal.model_copy(update={"public_url": root + path})
            shown = PortalSettings.of(section, PortalProduct(product.name, product.url))
            self._by_path[path] = Framed(portal(shown, _publish, gallery, languages=languages), scheme)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the portal does, behind a proxy that takes the path away."""
        _, first, rest = scope["path"].split("/", 2)
        inner = {**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode(), "root_path": ""}
        await self._by_path[f"/{first}"](inner, receive, send)


async def _publish(change: ContactChange) -> None:
    """Nobody is unsubscribed by a preview."""
