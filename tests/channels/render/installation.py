"""The settings of an installation that sends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from channels.render.content import Renderer
from channels.render.make import make_renderer
from stream.runtime.settings import Email, Portal, Settings, Templates

KEY = "k" * 32
ADDRESS = "Acme Ltd, 12 Quai de la Loire, 75019 Paris"


def settings(folder: Path | None = None, languages: tuple[str, ...] = ("en",), **portal: Any) -> Settings:
    """Settings with all that a renderer needs."""
    return Settings(
        email=Email(sender="hello@acme.example", postal_address=ADDRESS),
        portal=Portal(**{"public_url": "https://acme.example/celebrate", "keys": (KEY,), **portal}),
        templates=Templates(folder=folder, languages=languages),
    )


def renderer(folder: Path | None = None, languages: tuple[str, ...] = ("en",)) -> Renderer:
    """A renderer of the shipped templates, and those of a folder."""
    return make_renderer(settings(folder, languages))
