"""The index of the folder: one page that opens from the disk, with every message and what was found. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deploy.preview.checks.everything import ORDER
from deploy.preview.language_options import language_name
from deploy.preview.piece import Piece

_HERE = Path(__file__).parent


def index(product: str, pieces: Sequence[Piece]) -> str:
    """Return the page; it needs nothing but the files beside it."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("index.html").render(
        product=product,
        pieces=pieces,
        languages=[(each, language_name(each)) for each in dict.fromkeys(piece.locale for piece in pieces)],
        style=(_HERE / "assets" / "index.css").read_text(encoding="utf-8"),
        counts={level: sum(each.level == level for piece in pieces for each in piece.findings) for level in ORDER},
    )
