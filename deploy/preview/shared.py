"""The page to share of one state, with the card that its link becomes."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.preview.performance import Performance
from deploy.preview.portal_reader import get
from deploy.preview.settings import PORTAL
from deploy.preview.unfurl import Unfurl, unfurled


@dataclass(frozen=True, slots=True)
class Shared:
    """The page's path under the portal, its HTML, what its tags say, and the card's picture.

    `image` is None where the picture is not the portal's own (`portal.image_url`): it is fetched from nowhere else.
    `image_path` is its path on the preview then, else the whole address.
    """

    path: str
    page: str
    unfurl: Unfurl
    image: bytes | None
    image_path: str


async def shared_of(performance: Performance) -> Shared | None:
    """Ask the preview's portal; None where the message has no link to share, or the page is refused."""
    path = performance.share_path
    if path is None:
        return None
    portals, root = performance.scene.portals, performance.scene.settings.portal.public_url
    page = await get(portals, PORTAL + path)
    if page.status != 200:
        return None
    html = page.body.decode()
    unfurl = unfurled(html)
    if not unfurl.image.startswith(f"{root}/"):
        return Shared(path, html, unfurl, None, unfurl.image)
    image_path = PORTAL + unfurl.image.removeprefix(root)
    image = await get(portals, image_path)
    return Shared(path, html, unfurl, image.body if image.status == 200 else b"", image_path)
