"""A renderer is made of settings; what is missing is said before anything is sent."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from channels.portal.app import portal
from channels.render.make import make_renderer, places_of
from schemas.errors import CairnError
from templates.context import Figure
from tests.channels.portal.browser import Outbox, ask
from tests.channels.portal.browser import settings as portal_settings
from tests.channels.render.installation import settings

FIGURE = Figure(number="1,000", label="documents", phrase="1,000 documents", exact="1000")


@pytest.mark.parametrize(
    ("portal", "named"),
    [
        ({"public_url": ""}, "portal.public_url is not set"),
        ({"public_url": "acme.example"}, "portal.public_url is no http(s) address"),
        ({"public_url": "https://acme.example/?x"}, "portal.public_url is no http(s) address"),
        ({"public_url": "https://acme.example/" + "a" * 250}, "portal.public_url is too long"),
        ({"keys": ()}, "portal.keys is not set"),
        ({"keys": ("short",)}, "shorter than 32 bytes"),
    ],
)
def test_what_links_need(portal: dict[str, Any], named: str) -> None:
    """Exit 2, which setting, and what to do; a key is never shown."""
    with pytest.raises(CairnError) as found:
        make_renderer(settings(**portal))

    assert found.value.exit == 2
    assert named in str(found.value)
    assert found.value.fix
    assert "'short'" not in str(found.value)


def test_own_templates_are_checked(tmp_path: Path) -> None:
    """A mistake in one stops the dispatcher at its start, not at a message."""
    (tmp_path / "count").mkdir()
    (tmp_path / "count" / "lead.txt").write_text("{{ contact.nam }}")

    with pytest.raises(CairnError, match=r"lead.txt:1: '.nam' is not known here"):
        make_renderer(settings(tmp_path))


def test_the_portal_serves_the_pictures() -> None:
    """Under the very addresses that messages hold, below public_url, with their content types."""
    places = places_of(settings())
    pictures = places.badges.of(FIGURE, "en", "major")
    app = portal(portal_settings(), Outbox())
    types = {}
    for url in (pictures.animated, pictures.still, places.badge):
        assert url.startswith("https://acme.example/celebrate/")
        answer = asyncio.run(ask(app, url.removeprefix("https://acme.example/celebrate")))
        types[url.split("/")[4], answer.headers["content-type"]] = answer.status

    assert types == {("b", "image/gif"): 200, ("b", "image/png"): 200, ("assets", "image/png"): 200}
