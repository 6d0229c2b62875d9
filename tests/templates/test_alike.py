"""Rows of a template that a milestone decides are filled once, and say what they would say each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from templates.alike import ALIKE
from templates.bounded import BoundedTemplate, EndlessError
from templates.environment import Sandbox, environment
from templates.filled import Fragment, Kept
from templates.installed import load

VALUES = {"language": "en", "direction": "ltr", "means": "m", "passed": True, "also": (), "history": ("h",)}


def sandbox(folder: Path, **files: str) -> Sandbox:
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text)
    return environment(folder, load(None).languages)


def filled(made: Sandbox, name: str, kept: Kept | None, **values: object) -> list[str]:
    template = made.get_template(f"{name}.txt")
    assert isinstance(template, BoundedTemplate)
    return template.fill({**made.globals, **VALUES, **values}, kept)


def said(made: Sandbox, name: str, kept: Kept | None, **values: object) -> str:
    return "".join(filled(made, name, kept, **values))


def test_what_a_milestone_decides_is_filled_once(tmp_path: Path) -> None:
    """The fragments of the second message are those of the first; what is a contact's own is its own."""
    made = sandbox(tmp_path, a="{{ means }}-{{ direction }}.{{ history[0] }}.{% if passed %}{{ means }}{% endif %}!")
    kept = Kept(ALIKE)
    first = filled(made, "a", kept)
    second = filled(made, "a", kept, history=("other",))
    assert ("".join(first), "".join(second)) == ("m-ltr.h.m!", "m-ltr.other.m!")
    fragments = [each for each in second if isinstance(each, Fragment)]
    assert fragments
    assert all(any(each is known for known in first) for each in fragments)


def test_nothing_is_kept_without_a_place_for_it(tmp_path: Path) -> None:
    """As in previews and checks."""
    made = sandbox(tmp_path, a="{{ means }}{{ direction }}")
    assert said(made, "a", None) == "mltr"
    assert said(made, "a", None, means="n") == "nltr"


@pytest.mark.parametrize(
    "text",
    [
        "{% set means = history[0] %}{{ means }}{{ means }}",
        "{% for means in history %}{{ means }}{{ means }}{% endfor %}",
        "{% for history in history %}{{ history }}{{ history }}{% endfor %}",
        "{% with means = history[0] %}{{ means }}{{ means }}{% endwith %}",
        "{% set of = history[0] %}{% set means = of %}{{ means }}{{ means }}",
        "{% if passed %}{% set way = history[0] %}{{ way }}{{ means }}{{ way }}{% endif %}",
        "{% set way = means %}{% set way = history[0] %}{{ way }}{{ way }}",
        "{% set n = namespace(x=history[0]) %}{{ n.x }}{{ n.x }}",
        "{% macro means(x) %}{{ history[0] }}{% endmacro %}{{ means(1) }}{{ means(2) }}",
        "{% macro m(x) %}{{ x }}{{ x }}{% endmacro %}{{ m(history[0]) }}",
        "{% block b %}{% set means = history[0] %}{{ means }}{{ means }}{% endblock %}",
        "{{ means }}{{ caller }}{{ [history]|map('first')|join }}{{ direction }}",
        '{% set means = history[0] %}{% include "part.txt" %}',
        '{% for means in history %}{% include "part.txt" %}{% endfor %}',
        '{% extends "part.txt" %}{% set means = history[0] %}',
        '{% extends "part.txt" %}{% block b %}{{ history[0] }}{{ super() }}{% endblock %}',
    ],
)
def test_a_name_that_a_file_sets_is_not_the_milestones(tmp_path: Path, text: str) -> None:
    """However it is set: the second contact reads nothing of the first."""
    part = "{% block b %}{{ means }}{{ means }}{{ direction }}{% endblock %}"
    made = sandbox(tmp_path, a=text, part=part)
    kept = Kept(ALIKE)
    for history in (("one",), ("two",), ("one",)):
        asked = {"history": history, "caller": "c"}
        assert said(made, "a", kept, **asked) == said(made, "a", None, **asked)


def test_what_is_not_alike_is_not_kept(tmp_path: Path) -> None:
    """A headline may name the contact, and `also` differs in each message that has any."""
    made = sandbox(tmp_path, a="{{ headline }}{{ means }}{% for each in also %}{{ each }}{{ loop.index }}{% endfor %}")
    kept = Kept(ALIKE)
    assert said(made, "a", kept, headline="Ada", also=("x",)) == "Adamx1"
    assert said(made, "a", kept, headline="Bob", also=("y",)) == "Bobmy1"
    assert not kept.fragments


def test_chance_is_not_kept(tmp_path: Path) -> None:
    """It gives something else each time."""
    made = sandbox(tmp_path, a="{{ means }}{{ means|list|random }}{{ direction }}{{ direction|list|random }}")
    kept = Kept(ALIKE)
    said(made, "a", kept)
    assert not kept.fragments


def test_a_fragment_takes_the_work_that_it_took(tmp_path: Path) -> None:
    """A template that does not end for the first message does not for the second either."""
    many = "{{ means }}{{ means }}{{ '.' * 900000 }}{{ history[0] }}"
    made = sandbox(tmp_path, a=many * 3)
    kept = Kept(ALIKE)
    for _ in range(3):
        with pytest.raises(EndlessError):
            said(made, "a", kept)
