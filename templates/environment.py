"""Jinja, set up so that a template can do nothing but write, and ends."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    nodes,
    select_autoescape,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from templates.alike import Joining, Rows
from templates.bounded import (
    COUNTERS,
    BoundedTemplate,
    Counting,
    bounded,
    bounded_range,
    check_call,
    check_operation,
    joined,
    spend_include,
    work,
)
from templates.context import Ask, Calendar, Day, Figure, Link, Milestone, Next, Past, Person, Pictures, Product, Reward
from templates.folder import SHIPPED, is_inside
from templates.global_text import SpokenContext, initial, text_of
from templates.languages.languages import Languages

PREFIX = "shipped"

_OURS = (Ask, Calendar, Day, Figure, Link, Milestone, Next, Past, Person, Pictures, Product, Reward)
_PUBLIC = {each: frozenset(field.name for field in fields(each)) for each in _OURS}
"""What a template may ask of each class of the context: its fields, which are plain data and frozen."""


class FolderLoader(FileSystemLoader):
    """Reads a folder, and nothing outside that a link in it leads to."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return source, file and whether it is as it was. Raises `TemplateNotFound`."""
        found = super().get_source(environment, template)
        if not is_inside(Path(self.searchpath[0]), Path(found[1])):
            raise TemplateNotFound(template)
        return found


class Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, with a short way for what the context is made of: it is half the time of a message otherwise."""

    text: Callable[..., str]
    """The function `text` of templates."""
    fill_row: Callable[..., str]
    """What templates call for a row of `templates.alike`."""
    template_class = BoundedTemplate
    context_class = SpokenContext
    concat = staticmethod(joined)
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._rows = Rows()
        self.fill_row = self._rows.filler()

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as Jinja names them
        """Call a function of a template; `text`, of which a message has thirty, without asking whether it is safe."""
        if __obj is __self.text or __obj is __self.fill_row:
            # Jinja's own, for functions that read what a block or a turn of a loop has set.
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return __obj(__context, *args, **kwargs)
        check_call(__obj, args, kwargs)
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Apply an operator that may make something large."""
        check_operation(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def get_or_select_template(self, *args: Any, **kwargs: Any) -> Template:
        """Return a template that another one includes."""
        spend_include()
        return super().get_or_select_template(*args, **kwargs)

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        """Compile a parsed template, with the counting in it."""
        counted: nodes.Template = Counting().visit(Joining(self._rows).visit(source))
        counted.set_environment(self)
        # Jinja works out what is constant already here; what it may not is left for when the template is filled.
        with work():
            return super()._generate(counted, *args, **kwargs)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute of a value; undefined where there is none, or none that is safe."""
        if attribute in _PUBLIC.get(type(obj), ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template as a plain map: each message copies it six times, Jinja's chain slowly."""
        return {**self.globals, **(d or {})}


def environment(folder: Path | None, languages: Languages) -> Sandbox:
    """Return an environment in which files of `folder` win over the shipped ones of the same name.

    `shipped/count/lead.txt` always names ours, so that an own file may extend or include the one that it replaces.
    HTML is escaped. A missing value is an error, not a hole in the text. `text` gives the words of `languages`, and the
    filter `initial` a capital letter to begin with.
    """
    shipped = FolderLoader(SHIPPED)
    own = [FolderLoader(folder)] if folder else []
    made = Sandbox(
        loader=ChoiceLoader([*own, PrefixLoader({PREFIX: shipped}), shipped]),
        autoescape=select_autoescape(("html", "mjml")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    # Only for trying Jinja, and of any length.
    del made.globals["lipsum"]
    made.globals["range"] = bounded_range
    made.filters.update({**bounded(made.filters), **COUNTERS})
    made.tests.update(bounded(made.tests))
    made.text = made.globals["text"] = text_of(languages)
    made.filters["initial"] = initial
    return made
