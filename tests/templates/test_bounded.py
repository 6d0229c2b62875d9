"""Every template ends: what would take more than its work is refused before it is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from markupsafe import Markup, escape

from templates.bounded import EndlessError
from templates.checking.check import check
from templates.environment import environment
from templates.languages.languages import Languages

ENVIRONMENT = environment(None, Languages(("en",), None))
GROWING = "{%% set ns = namespace(s='x' * 1000) %%}{%% for i in range(99) %%}{%% set ns.s = %s %%}{%% endfor %%}"
LONG = "{% set l = range(99999)|list %}"


def filled(text: str, **values: Any) -> str:
    return ENVIRONMENT.from_string(text).render(values)


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) if false %}{% endfor %}{% endfor %}",
        "{% for a in range(9999) recursive %}{% if loop.depth0 < 5 %}{{ loop(range(9999)) }}{% endif %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(200) }}",
        "{% block a %}{{ self.a() }}{% endblock %}",
        "{{ '█' * value }}",
        "{{ value * 'x' }}",
        "{{ [1] * value }}",
        "{{ 10 ** value }}",
        "{% set ns = namespace(n=10) %}{% for i in range(99) %}{% set ns.n = ns.n * ns.n %}{% endfor %}",
        "{{ 'x'|center(1000000000) }}",
        "{{ 'x'|center(value) }}",
        "{{ 'x'.ljust(value) }}",
        "{{ 'x'.zfill(1000000000) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%*d' % (value, 1) }}",
        "{{ '%1000000000d'|format(1) }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ '{:{}}'.format(1, value) }}",
        "{{ 'a\nb'|indent(1000000000) }}",
        "{{ [1]|slice(1000000000)|list }}",
        "{{ [1]|batch(1000000000, 1)|list }}",
        "{{ [1]|tojson(1000000000) }}",
        "{{ 1.5|round(1000000000, 'ceil') }}",
        GROWING % "ns.s ~ ns.s",
        GROWING % "ns.s + ns.s",
        GROWING % "ns.s|replace('x', ns.s)",
        GROWING % "ns.s.replace('x', ns.s)",
        GROWING % "[ns.s, ns.s]|join(ns.s)",
        GROWING % "ns.s.join([ns.s, ns.s])",
        "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set t %}{{ ns.s }}{{ ns.s }}{% endset %}"
        "{% set ns.s = t %}{% endfor %}",
        LONG + "{% for a in l %}{{ l|sum }}{% endfor %}",
        LONG + "{% for a in l %}{{ 'x' in l }}{% endfor %}",
        LONG + "{% for a in l %}{{ 'x' is in l }}{% endfor %}",
        LONG + "{% set m = range(99999)|list %}{% for a in l %}{{ m == l }}{% endfor %}",
        "{{ range(99999)|map('center', 99999)|list|length }}",
    ],
)
def test_what_never_ends_or_fills_the_memory_is_ended(text: str) -> None:
    """By a mistake, or for a contact whose number is large; whether Jinja would do it while it compiles or later."""
    with pytest.raises(EndlessError):
        filled(text, value=10**10)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "{% for a in [1, 2, 3] %}{{ loop.index }}/{{ loop.length }}{% if not loop.last %}, {% endif %}{% endfor %}",
            "1/3, 2/3, 3/3",
        ),
        ("{% for a in [] %}{% else %}none{% endfor %}", "none"),
        ("{% for a in [[1], [2]] recursive %}{{ a if a is number else loop(a) }}{% endfor %}", "12"),
        ("{{ 'a' ~ 1 }}{{ '%.2f' % 1.5 }}{{ '{:,}'.format(value) }}", "a11.505,000,000"),
        ("{{ '[' ~ 'a'|center(3) ~ ']' }}{{ 2 * 3 }}{{ 2 ** 10 }}{{ [1, 2]|join('-') }}", "[ a ]610241-2"),
        ("{{ value|default(9) }}{{ 2 in [1, 2] }}{{ '%d'|format(value) }}", "5000000True5000000"),
        ("{{ ('█' * 20) }}{{ range(3)|list }}{{ 'x' is in 'xy' }}", "█" * 20 + "[0, 1, 2]True"),
    ],
)
def test_what_messages_are_made_of_is_as_before(text: str, said: str) -> None:
    assert filled(text, value=5_000_000) == said


def test_each_filling_has_its_own_work() -> None:
    """A message is not ended for those before it."""
    template = ENVIRONMENT.from_string("{% for a in range(99999) %}{% endfor %}ok")

    assert {template.render() for _ in range(30)} == {"ok"}


def test_a_check_ends_and_names_the_file(tmp_path: Path) -> None:
    """`cairn milestones check`, and each start of a dispatcher."""
    file = tmp_path / "count" / "lead.txt"
    file.parent.mkdir()
    file.write_text("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}Well done")

    found = check(tmp_path)

    assert {each.file for each in found} == {str(file)}
    assert any("does not end" in each.message for each in found)


def test_files_that_include_themselves_end(tmp_path: Path) -> None:
    """Alone, twice in one file, and in an email."""
    default, count = tmp_path / "default", tmp_path / "count"
    default.mkdir()
    count.mkdir()
    (count / "lead.txt").write_text("{% include 'count/lead.txt' %}{% include 'count/lead.txt' %}")
    (default / "email.mjml").write_text("{% include 'default/email.mjml' %}")

    assert {Path(each.file).name for each in check(tmp_path)} >= {"email.mjml"}
    (default / "email.mjml").unlink()
    assert {Path(each.file).name for each in check(tmp_path)} >= {"lead.txt"}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """To a file or to a folder, of templates, parts and catalogues; a link inside it is, as Kubernetes mounts them."""
    outside, folder = tmp_path / "outside", tmp_path / "templates"
    (outside / "mine").mkdir(parents=True)
    (outside / "secret.txt").write_text("hunter2")
    (outside / "mine" / "lead.txt").write_text("hunter2")
    (folder / "default").mkdir(parents=True)
    (folder / "languages").mkdir()
    (folder / "default" / "part.txt").symlink_to(outside / "secret.txt")
    (folder / "mine").symlink_to(outside / "mine")
    (folder / "languages" / "pl.yaml").symlink_to(outside / "secret.txt")
    (folder / "real").mkdir()
    (folder / "real" / "lead.txt").write_text("Well done, {{ person.name or 'you' }}")
    (folder / "default" / "lead.txt").symlink_to("../real/lead.txt")

    own = environment(folder, Languages(("en", "pl"), folder))
    linked = {each.file for each in check(folder) if "link out of the folder" in each.message}

    assert linked == {str(folder / each) for each in ("default/part.txt", "mine", "languages/pl.yaml")}
    assert "Well done" in own.get_template("default/lead.txt").render(person={"name": ""})
    for name in ("default/part.txt", "mine/lead.txt"):
        with pytest.raises(Exception, match=r"part|lead") as refused:
            own.from_string(f"{{% include '{name}' %}}").render()
        assert "hunter2" not in str(refused.value)


@hypothesis.given(st.text() | st.text("&<>\"'a") | st.text("&<>\"'a").map(Markup) | st.integers() | st.none())
def test_values_are_escaped_as_markupsafe_does(value: object) -> None:
    """Whatever a value is: text, text that is HTML already, or something else."""
    code = ENVIRONMENT.compile("{{ value }}", "x.html", "x.html")
    template = ENVIRONMENT.template_class.from_code(ENVIRONMENT, code, {})
    assert template.render(value=value) == str(escape(value))
