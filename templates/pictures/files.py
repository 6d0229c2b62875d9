"""The files of the pictures, by name."""

from __future__ import annotations

from collections.abc import Iterator

from templates.pictures.cairn import animated, mono, still
from templates.pictures.gif import gif
from templates.pictures.png import png


def pictures() -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file."""
    yield "badge.gif", gif(list(animated()), repeats=1)
    yield "badge.png", png(still())
    yield "mono.png", png(mono())
