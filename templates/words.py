"""The words of a message's layout, by their keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape
from ruamel.yaml import YAML

from templates.folder import SHIPPED


def texts() -> Callable[..., str]:
    """Return the function that templates know as `text`: `text("email.to_go", count="3")`."""
    words = _english()

    @pass_eval_context
    def text(context: EvalContext, key: str, **values: object) -> str:
        said = words[key]
        if not context.autoescape:
            return said.format(**values)
        return Markup(escape(said)).format(**{name: escape(value) for name, value in values.items()})  # noqa: S704

    return text


@cache
def _english() -> dict[str, str]:
    written = YAML(typ="safe", pure=True).load(SHIPPED / "languages" / "en.yaml")
    found: dict[str, str] = written["texts"]
    return found
