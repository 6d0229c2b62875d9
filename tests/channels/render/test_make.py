"""A renderer is made of settings; what is missing is said before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from channels.render.make import make_renderer
from schemas.errors import CairnError
from tests.channels.render.installation import settings


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
