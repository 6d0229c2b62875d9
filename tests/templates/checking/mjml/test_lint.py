"""MJML's compiler lets mistakes pass, and what is misspelled vanishes: our own check finds each, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from mjml import mjml2html

from templates.checking.mjml.elements import ELEMENTS
from templates.checking.mjml.lint import lint
from templates.environment import environment
from templates.folder import SHIPPED, files_of
from templates.languages.languages import load

ENGLISH = load(("en",), None)
HEAD = '<mjml lang="en"><mj-head><mj-title>x</mj-title></mj-head><mj-body>\n'
COLUMN = HEAD + "<mj-section><mj-column>\n%s\n</mj-column></mj-section></mj-body></mjml>"
BODY = HEAD + "%s\n</mj-body></mjml>"


def said(folder: Path, text: str, name: str = "email.mjml") -> list[str]:
    (folder / "a").mkdir(exist_ok=True)
    (folder / "a" / name).write_text(text)
    found = sorted(lint(environment(folder, ENGLISH), f"a/{name}"))
    assert all(each.file == str(folder / "a" / name) for each in found)
    return [f"{each.line}: {each.message} | {each.hint}" for each in found]


def test_the_shipped_emails_have_no_mistake() -> None:
    """Each of them."""
    names = [each for each in files_of(SHIPPED) if each.endswith("/email.mjml")]

    assert names
    assert [each for name in names for each in lint(environment(None, ENGLISH), name)] == []


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        ("<mj-txt>a</mj-txt>", "3: there is no <mj-txt> | did you mean 'mj-text'?"),
        ('<mj-text colour="#000000">a</mj-text>', "3: <mj-text> has no attribute 'colour' | did you mean 'color'?"),
        ('<mj-text color="#12345">a</mj-text>', "3: '#12345' is no color | a color has 3, 4, 6 or 8 digits"),
        ('<mj-text color="dark red">a</mj-text>', "3: 'dark red' is no color | write it as #1c6655"),
        ('<mj-text padding="10">a</mj-text>', "3: '10' is no padding | write one to four sizes"),
        ('<mj-text padding="0 10px">a</mj-text>', "3: '0 10px' has a 0 without a unit | write 0px"),
        ('<mj-text padding-top="2em">a</mj-text>', "3: '2em' is no size | write it as 12px or 50%"),
        ('<mj-text font-size="large">a</mj-text>', "3: 'large' is no size"),
        ('<mj-text align="centre">a</mj-text>', "3: 'centre' is no value of align | did you mean 'center'?"),
        ('<mj-image src="x" alt="" width="{{ w }}" />', "3: width cannot be a value of the message"),
        ('<mj-image src="x" />', '3: <mj-image> has no alt | say what it shows, or write alt=""'),
        ('<mj-text>\n<img src="x"></mj-text>', "4: <img> has no alt"),
        ('<mj-text><a href="x"> </a></mj-text>', "3: this link has no text"),
        ('<mj-text><a href="x"><img src="x" alt=""></a></mj-text>', "3: this link has no text"),
        ('<mj-button href="x"></mj-button>', "3: this link has no text"),
        ("<mj-button>a</mj-button>", "3: <mj-button> leads nowhere"),
        ("<mj-text><h1>a</h1>\n<h3>b</h3></mj-text>", "4: <h3> comes where <h2> would be next"),
        ("<mj-text><p>a</mj-text>", "3: <p> is not closed before </mj-text>"),
        ("<mj-text>a</b></mj-text>", "3: </b> ends nothing that is open here"),
        ("<mj-text>a", "3: <mj-text> is not closed before </mj-column>"),
        ("{% if x %}<mj-text>a{% else %}<mj-text>b{% endif %}</mj-text>", "3: <mj-text> is open at {% else %}"),
        ("<mj-text><b>a{% if x %}</b>{% endif %}</mj-text>", "3: </b> ends nothing that is open here | it begins"),
        ('<mj-text css-class="a{% if x %} b{% endif %}">a</mj-text>', "3: a class that comes and goes gets no style"),
        ("lost", "2: this text in <mj-column> is never shown | put it into <mj-text>"),
        ("{{ lost }}", "3: {{ lost }} in <mj-column> is never shown"),
        ("<p>lost</p>", "3: <p> in <mj-column> is never shown | put it into <mj-text>, <mj-table> or <mj-raw>"),
        ("<mj-section></mj-section>", "3: <mj-section> may not stand in <mj-column> | put it into <mj-body> or"),
        ("<mj-style>a { color: red }</mj-style>", "3: <mj-style> may not stand in <mj-column> | put it into <mj-head>"),
        ('<mj-include path="x.mjml" />', '3: <mj-include> is not followed | write {% include "FOLDER/FILE" %}'),
    ],
)  # fmt: skip
def test_a_mistake(tmp_path: Path, body: str, mistake: str) -> None:
    """One alone, and said as it is."""
    found = said(tmp_path, COLUMN % body)

    assert any(each.startswith(mistake) for each in found), found


@pytest.mark.parametrize(
    "body", ["<mj-column></mj-column>", "<mj-text>a</mj-text>", "<mj-button href='x'>a</mj-button>"]
)
def test_an_element_in_a_wrong_parent(tmp_path: Path, body: str) -> None:
    """The compiler shows it somewhere, or nowhere."""
    assert any("may not stand in <mj-body>" in each for each in said(tmp_path, BODY % body))


@pytest.mark.parametrize(
    "body",
    [
        '<mj-text css-class="a" mj-class="b"><p class="{{ kind }}">a<br>&nbsp;<img src="x" alt=""></p></mj-text>',
        '{% if x %}<mj-text>{{ a }}</mj-text>{% elif y %}<mj-spacer height="3px" />{% else %}<mj-divider />{% endif %}',
        '<mj-table width="100%"><tr>{% for each in x %}<td>{{ each }}</td>{% endfor %}</tr></mj-table>',
        '<mj-image src="{{ x }}" alt="{{ y }}" href="{{ z }}" width="30px" />',
        '<mj-text><a href="x"><img src="x" alt="A badge"></a><a name="top"></a></mj-text>',
        '<mj-social mode="vertical"><mj-social-element name="github" href="x">Us</mj-social-element></mj-social>',
        '<mj-raw><!--[if mso]><table><![endif]--></mj-raw>',
    ],
)  # fmt: skip
def test_what_is_no_mistake(tmp_path: Path, body: str) -> None:
    """HTML in texts, values in attributes that the compiler passes on, branches of whole elements."""
    assert said(tmp_path, COLUMN % body) == []


def test_html_of_ones_own_is_read_as_html(tmp_path: Path) -> None:
    """Paragraphs and rows may end by themselves; no other element is torn by a branch, and pictures need an alt."""
    page = "<!doctype html><html><body><p>a<p>b<ul><li>c</ul>%s</body></html>"

    assert said(tmp_path, page % "<my-tag x='1'>a</my-tag>", "email.html") == []
    assert len(said(tmp_path, page % "{% if a %}<div>{% endif %}</div>", "email.html")) == 2
    assert len(said(tmp_path, page % "<img src='x'>", "email.html")) == 1


@pytest.mark.parametrize(
    "name", [each for each in ELEMENTS if each not in ("mjml", "mj-all", "mj-class", "mj-attributes")]
)
def test_every_element_has_a_place(name: str) -> None:
    """Its parents are elements themselves."""
    assert ELEMENTS[name].parents
    assert ELEMENTS[name].parents <= set(ELEMENTS)


def test_the_compiler_needs_it() -> None:
    """Where it refuses misspelled elements by itself, this check could go."""
    assert "<mj-txt>" in mjml2html(COLUMN % "<mj-txt>a</mj-txt>")
