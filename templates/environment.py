"""Jinja, set up so that a template can do nothing but write."""

from __future__ import annotations

from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from templates.folder import SHIPPED

PREFIX = "shipped"


def environment(folder: Path | None) -> ImmutableSandboxedEnvironment:
    """Return an environment in which files of `folder` win over the shipped ones of the same name.

    `shipped/count/lead.txt` always names ours, so that an own file may extend or include the one that it replaces.
    HTML is escaped. A missing value is an error, not a hole in the text.
    """
    shipped = FileSystemLoader(SHIPPED)
    own = [FileSystemLoader(folder)] if folder else []
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*own, PrefixLoader({PREFIX: shipped}), shipped]),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
