"""The texts of the catalogues that own templates ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jinja2 import nodes

from schemas.milestones.spelling import nearest
from templates.languages.languages import Languages
from templates.languages.wording import placeholders
from templates.mistake import Mistake

COUNT = "count"


@dataclass(frozen=True, slots=True)
class Asked:
    """One `text("key", name=…)`. `given` are the placeholders that it fills; None where they cannot be known."""

    file: str
    line: int
    key: str
    given: frozenset[str] | None


def asked(file: str, tree: nodes.Template) -> Iterator[Asked]:
    """Yield each text that a template asks for by a name that stands there."""
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "text" and call.args:
            key = call.args[0]
            if isinstance(key, nodes.Const) and isinstance(key.value, str):
                names = {each.key for each in call.kwargs} | ({COUNT} if len(call.args) > 1 else set())
                known = call.dyn_args is None and call.dyn_kwargs is None
                yield Asked(file, call.lineno, key.value, frozenset(names) if known else None)


def unknown_texts(wanted: Iterable[Asked], languages: Languages) -> Iterator[Mistake]:
    """Yield a mistake for each text that no catalogue has, and for each value that a text needs and does not get."""
    shipped = languages.english.texts
    own = [catalogue.texts for catalogue in languages.own.values()]
    keys = {*shipped, *(key for each in own for key in each)}
    for each in wanted:
        if each.key not in keys:
            hint = nearest(each.key, keys) or f"write it into languages/{languages.default.name}.yaml, under texts"
            yield Mistake(each.file, each.line, f"no catalogue has a text '{each.key}'", hint)
        elif each.given is not None and each.key in shipped:
            for name in sorted(placeholders(shipped[each.key]) - each.given):
                what = f"the text '{each.key}' needs a value for {{{name}}}"
                yield Mistake(each.file, each.line, what, f'write text("{each.key}", {name}=…)')
