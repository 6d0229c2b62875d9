"""Which values a template asks for."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment

from templates.asked import asked

FILES = {
    "own": "{{ means }}{% set x = 1 %}{{ x }}{{ range(2)|join }}",
    "page": '{% extends "base" %}{% block a %}{{ lead }}{% include "own" %}{% endblock %}',
    "base": "{{ language }}{% block a %}{% endblock %}",
    "round": '{% include "round" %}{{ value.number }}',
    "by value": "{% include means %}",
    "chance": '{% include "lots" %}',
    "lots": "{{ [1, 2]|random }}",
}


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("own", {"means"}),
        ("page", {"language", "lead", "means"}),
        ("round", {"value"}),
        ("by value", None),
        ("chance", None),
    ],
)
def test_a_template_asks_for_what_it_and_its_parts_name(name: str, names: set[str] | None) -> None:
    """Functions of the environment and its own names are no values; what a value chooses or chance gives is told."""
    assert asked(Environment(loader=DictLoader(FILES)), name) == names
