"""Which values a template asks for: those that it and all that it extends, includes and imports name."""

from __future__ import annotations

from jinja2 import Environment, nodes
from jinja2.meta import find_referenced_templates, find_undeclared_variables

_BY_CHANCE = "random"
"""The filter that gives something else each time."""


def asked(environment: Environment, name: str) -> frozenset[str] | None:
    """Return the names of the values; functions of the environment are none.

    None where what comes out does not depend on them alone: a file that only a value names, or chance.
    """
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        if environment.loader is None:
            return None
        tree = environment.parse(environment.loader.get_source(environment, each)[0], each)
        if any(node.name == _BY_CHANCE for node in tree.find_all(nodes.Filter)):
            return None
        found |= find_undeclared_variables(tree)
        for referenced in find_referenced_templates(tree):
            if referenced is None:
                return None
            waiting.append(referenced)
    return frozenset(found - environment.globals.keys())
