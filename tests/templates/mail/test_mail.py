"""The source of an email becomes one Jinja template at load: whole, inlined, escaped, with its lines known."""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from typing import Any

import pytest
from jinja2 import StrictUndefined, UndefinedError

from templates.checking.page import Page
from templates.environment import Sandbox, environment
from templates.languages.languages import load
from templates.mail.error import MailError
from templates.mail.mail import Mail, mail

SHELL = """<mjml lang="en">
<mj-head><mj-title>{{ title }}</mj-title><mj-style>.red { color: red } @media (prefers-color-scheme: dark) { .red { color: pink } }</mj-style></mj-head>
<mj-body>
%s
</mj-body>
</mjml>
"""  # noqa: E501
COLUMN = "<mj-section><mj-column>%s</mj-column></mj-section>"
TEXT = COLUMN % "<mj-text>%s</mj-text>"


def env(folder: Path, files: dict[str, str]) -> Sandbox:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return environment(folder, load(("en",), None))


def made(folder: Path, body: str, **files: str) -> Mail:
    return mail(env(folder, {"a/email.mjml": SHELL % body, **files}), "a/email.mjml")


def html(folder: Path, body: str, **values: Any) -> str:
    return made(folder, body).template.render({"title": "T", **values})


def outlook(text: str) -> str:
    """What Outlook sees: its conditional comments opened, those of others left out."""
    text = re.sub(r"<!--\[if !mso\]><!-->.*?<!--<!\[endif\]-->", "", text, flags=re.S)
    return re.sub(r"<!--\[if[^\]]*\]>(.*?)<!\[endif\]-->", r"\1", text, flags=re.S)


def balanced(text: str) -> bool:
    """Whether every table, row and cell that begins also ends, in order."""
    open_: list[str] = []
    for end, name in re.findall(r"<(/?)(table|tbody|tr|td|div)\b", text):
        if not end:
            open_.append(name)
            continue
        while name == "table" and open_ and open_[-1] == "tbody":
            open_.pop()
        if not open_ or open_.pop() != name:
            return False
    return not open_


@pytest.mark.parametrize("some", [0, 1, 3])
def test_statements_stay_where_they_are(tmp_path: Path, some: int) -> None:
    """Around sections, columns, texts and rows, in a wrapper and in a table: they come and go, for Outlook too."""
    loop = "{%% for each in items %%}%s{%% endfor %%}"
    body = (
        loop % (TEXT % "section {{ each }}")
        + f"<mj-wrapper>{loop % (TEXT % 'wrapped {{ each }}')}{TEXT % 'always'}</mj-wrapper>"
        + COLUMN % (loop % "<mj-text>element {{ each }}</mj-text>")
        + COLUMN % f"<mj-table>{loop % '<tr><td>row {{ each }}</td></tr>'}</mj-table>"
        + COLUMN % f"<mj-table><thead><tr><th></th></tr></thead>{loop % '<tr><td>last {{ each }}</td></tr>'}</mj-table>"
        + "<mj-section>" + loop % "<mj-column><mj-text>column {{ each }}</mj-text></mj-column>" + "</mj-section>"
    )  # fmt: skip
    out = html(tmp_path, body, items=range(some))

    for what in ("section", "wrapped", "element", "row", "last", "column"):
        assert [f"{what} {each}" in out for each in range(3)] == [each < some for each in range(3)], what
    assert "jinja" not in out
    assert balanced(outlook(out))
    assert balanced(re.sub(r"<!--.*?-->", "", out, flags=re.S))


HOSTILE = "<x-raw>\"'--><![endif]-->&{{ 7 * 7 }}{% raw %}"


def test_a_value_is_escaped_wherever_it_stands(tmp_path: Path) -> None:
    """In text, attributes, a title, a style, Outlook's comments, a table, a link: it ends and begins nothing."""
    body = (
        "<mj-section background-url='{{ x }}' css-class='{{ x }}'>"
        "<mj-column><mj-text><b title='{{ x }}' style='color:{{ x }}'>{{ x }}</b>"
        "<!--[if mso]>{{ x }}<![endif]--></mj-text>"
        "<mj-table>{{ x }}<tr><td width='{{ x }}'>{{ x }}</td></tr></mj-table>"
        "<mj-button href='{{ x }}'>{{ x }}</mj-button>"
        "<mj-image src='{{ x }}' alt='{{ x }}' /></mj-column></mj-section>"
    )
    source = (
        (SHELL % body)
        .replace("{{ title }}", "{{ x }}")
        .replace("</mj-title>", "</mj-title><mj-preview>{{ x }}</mj-preview>")
    )
    plain = mail(env(tmp_path, {"a/email.mjml": source}), "a/email.mjml").template
    out, calm = plain.render(x=HOSTILE), plain.render(x="calm")

    assert "x-raw" not in Page(out).tags
    assert "<x-raw" not in out
    assert "49" not in out
    assert out.count("-->") == calm.count("-->")
    assert re.findall(r"<[\w/!]+", out) == re.findall(r"<[\w/!]+", calm)
    assert "calm" in outlook(calm)


def test_styles_are_inlined_and_those_for_dark_stay(tmp_path: Path) -> None:
    """Once, at load; what a message brings makes no difference."""
    out = html(tmp_path, TEXT % '<p class="red">{{ x }}</p>', x="<style>p { color: blue }</style>")

    assert re.search(r'<p class="red" style="[^"]*color:red', out)
    assert "@media (prefers-color-scheme: dark)" in out
    assert "blue }</style>" not in out


def test_blocks_are_replaced_and_built_upon(tmp_path: Path) -> None:
    """Over three files, one in another, with super() at each level, and with what the files set and include."""
    files = {
        "base/email.mjml": SHELL
        % ("{% block a %}" + TEXT % "base {% block b %}inner{% endblock %}" + "{% endblock a %}"),
        "mid/email.mjml": '{% extends "base/email.mjml" %}{% set name = "set" %}'
        "{% block b %}mid({{ super() }}){% endblock %}",
        "top/email.mjml": '{% extends "mid/email.mjml" %}{% macro loud(x) %}{{ x|upper }}{% endmacro %}\n'
        "{% block b %}top({{ super() }}){{ name }}{{ loud('m') }}{% include 'parts/foot.mjml' %}{% endblock %}"
        "{% block a %}" + TEXT % "first" + "{{ super() }}{% endblock %}",
        "parts/foot.mjml": "<b>{{ title }}</b>{# not seen #}",
    }
    out = mail(env(tmp_path, files), "top/email.mjml").template.render(title="T")

    assert "base top(mid(inner))setM<b>T</b>" in out
    assert out.index("first") < out.index("base top")
    assert "not seen" not in out


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("\n{% if %}" + SHELL % "", 2, "it is not a template: Expected an expression"),
        (SHELL % "{{ 'x }}", 4, "it is not a template"),
        (SHELL % "{% block a %}", 4, "the block 'a' is not closed"),
        (SHELL % "{% endblock %}", 4, "no block is open here"),
        (SHELL % "{% block a %}{% endblock %}\n{% block a %}{% endblock %}", 5, "the block 'a' is there twice"),
        (SHELL % "{% block a %}{{ super() }}{% endblock %}", 4, "super() has nothing to say"),
        (SHELL % "{{ self.a() }}", 4, "a block can only be repeated whole"),
        (SHELL % "{% include name %}", 4, "needs the name of one file"),
        (SHELL % "{% include ['a', 'b'] %}", 4, "needs the name of one file"),
        (SHELL % "{% include 'no/such.mjml' %}", 4, "there is no template 'no/such.mjml'"),
        (SHELL % "\n{% include 'a/email.mjml' %}", 5, "includes or extends itself"),
        ("{% extends 'a/email.mjml' %}", 1, "includes or extends itself"),
        ("{% extends 'shipped/default/email.mjml' %}\n{% block rewrd %}{% endblock %}", 2, "no block 'rewrd' to"),
        ("{% extends 'shipped/default/email.mjml' %}\n{% if x %}{% endif %}", 2, "outside of blocks is never seen"),
        ("just text", 1, "it is no email"),
        ("", 1, "it is no email"),
        (SHELL % (TEXT % "a\n<b {% if x %}title='x'{% endif %}>b</b>"), 5, "an attribute cannot come and go"),
        (SHELL % TEXT.replace("<mj-text", "\n<mj-text colour='{{ x }}'") % "a", 5, "nothing is written"),
        (SHELL % "<mj-section>", 1, "it cannot be compiled"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_place(tmp_path: Path, source: str, line: int, message: str) -> None:
    """File and line as they were written."""
    with pytest.raises(MailError) as found:
        mail(env(tmp_path, {"a/email.mjml": source}), "a/email.mjml")

    assert message in str(found.value)
    assert (found.value.line, Path(found.value.file).name) == (line, "email.mjml")


def test_what_fails_for_a_message_names_its_place(tmp_path: Path) -> None:
    """Also within an include, a statement of several lines, and after a block of another file."""
    files = {"parts/a.mjml": "<b>\n\n{{ gone\n.there }}</b>"}
    one = made(tmp_path, TEXT % "\n{{ title }}{% include 'parts/a.mjml' %}", **files)

    with pytest.raises(UndefinedError) as found:
        one.template.render(title="T")
    frame = [each for each in traceback.extract_tb(found.value.__traceback__) if each.filename.endswith(".mjml")][-1]

    file, line = one.origins.place(frame.lineno or 0)
    assert (Path(file).name, line) in (("a.mjml", 3), ("a.mjml", 4))
    assert isinstance(environment(None, load(("en",), None)).undefined("x"), StrictUndefined)


def test_html_of_ones_own(tmp_path: Path) -> None:
    """It is inlined likewise; its rows may come and go, and Outlook's comments stay whole."""
    page = (
        '{% set n = 2 %}<!doctype html><html lang="{{ language }}"><head><title>{{ x }}</title>'
        "<style>td { color: red } @media print { td { color: black } }</style></head><body>"
        "<!--[if mso]><table><tr><td>{{ x }}<![endif]--><table>{% for i in range(n) %}<tr>{% if i %}<td>{{ x }}</td>"
        "{% else %}<td>no</td>{% endif %}</tr>{% endfor %}</table><!--[if mso]></td></tr></table><![endif]-->"
        '<p class="{% if x %}a{% endif %}">{a}{% raw %}{{ raw }}{% endraw %}</p></body></html>{# end #}'
    )
    one = mail(env(tmp_path, {"a/email.html": page}), "a/email.html")
    out = one.template.render(language="en", x="<i>")

    assert out.count("<tr>") == 3
    assert out.count('<td style="color:red">') == 2
    assert "<!--[if mso]><table><tr><td>&lt;i&gt;<![endif]-->" in out
    assert '<p class="a">{a}{{ raw }}</p>' in out
    assert "@media print" in out
    assert "<i>" not in out
