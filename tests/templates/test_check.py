"""Own templates are checked before anything is sent: every mistake at once, as file:line, with a cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import CairnError
from templates.checking.check import check
from templates.folder import SHIPPED
from templates.installed import load
from templates.languages.languages import Languages, shipped

MJML = (SHIPPED / "default" / "email.mjml").read_text()
PAGE = """<!doctype html><html><head><title>{{ headline }}</title></head><body>
<h1>{{ headline }}</h1>
<a class="primary" href="{{ call_to_action.url }}">{{ call_to_action.text }}</a>
<a href="{{ unsubscribe }}">Stop</a>{{ postal_address }}
</body></html>
"""
TEXT = (SHIPPED / "default" / "email.txt").read_text()


def own(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def said(folder: Path, files: dict[str, str], *languages: str) -> list[str]:
    """The mistakes, without the folder, each in one line."""
    own(folder, files)
    found = check(folder, Languages(languages or ("en",), folder))
    return [str(each).replace(f"{folder}/", "").replace("\n    ", " | ") for each in found]


def email(folder: Path, old: str, new: str) -> list[str]:
    """The mistakes of the shipped email with a piece of it replaced."""
    assert old in MJML
    return said(folder, {"default/email.mjml": MJML.replace(old, new)})


def test_the_shipped_templates_pass_their_own_checks(tmp_path: Path) -> None:
    """As a folder of one's own, too."""
    files = {
        path.relative_to(SHIPPED).as_posix(): path.read_text()
        for path in SHIPPED.rglob("*.*")
        if path.suffix != ".yaml"
    }

    assert said(tmp_path, files, *shipped()) == []


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("a\n{% if %}", "count/lead.txt:2: it is not a template: Expected an expression, got 'end of statement block'"),
        ("a\n{{ nextt.percent }}", "count/lead.txt:2: 'nextt' is not known here | did you mean 'next'?"),
        ("{{ value.numbr }}", "count/lead.txt:1: '.numbr' is not known here | did you mean 'number'?"),
        ("{{ value['phrase'].exact }}", "count/lead.txt:1: '.exact' is not known here"),
        ("{{ next.threshold.titel }}", "count/lead.txt:1: '.titel' is not known here"),
        ("{% for past in history %}{{ past.text }}{% endfor %}", "count/lead.txt:1: '.text' is not known here"),
        (
            "{% set last = history|last %}{{ last.onn }}",
            "count/lead.txt:1: '.onn' is not known here | did you mean 'on'?",
        ),
        ("{{ means|uper }}", "count/lead.txt:1: there is no filter 'uper' | did you mean 'upper'?"),
        ("{% if means is definedd %}{% endif %}x", "there is no test 'definedd' | did you mean 'defined'?"),
        ("{{ means|safe }}", "count/lead.txt:1: the filter 'safe' may not be used"),
        ("{% autoescape false %}x{% endautoescape %}", "count/lead.txt:1: escaping may not be switched"),
        ("{% include 'count/leed.txt' %}", "there is no template 'count/leed.txt' | did you mean 'count/lead.txt'?"),
        ("https://x.example/?who={{ contact.name }}", "count/lead.txt:1: this address is made of a value"),
        ("{{ next.percent }}", "count/lead.txt:1: it fails for a message that may come"),
        ("{{ 'x' * 9999999 }}", "calls and characters | bound what it repeats"),
        ("{{ ''.__class__ }}", "'.__class__' is not known here"),
        ("{% if means %}{% endif %}", "count/lead.txt:1: it says nothing"),
        ("{{ 'long ' * 100 }}", "it gives 499 characters for an ordinary message; 300 fit"),
    ],
)
def test_a_mistake_in_a_text(tmp_path: Path, text: str, mistake: str) -> None:
    """Syntax, unknown names, attributes, filters and files, unescaped values, links by hand, missing guards."""
    found = said(tmp_path, {"count/lead.txt": text})

    assert any(mistake in each for each in found), found


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ('css-class="primary"', 'css-class="prime"', "default/email.mjml:1: the email has 0 primary buttons, not one"),
        ('css-class="second"', 'css-class="primary"', "has 2 primary buttons, not one"),
        ("{{ postal_address }}", "", "default/email.mjml:1: the email's foot has no postal address"),
        ('href="{{ unsubscribe }}"', 'href="https://acme.example/"', "the email has no link to unsubscribe"),
        ('href="{{ share }}"', 'href="{{ contact.name }}"', "this link leads to a value that is no link"),
        ('href="{{ share }}"', 'href="https://x.example/?{{ share }}"', "this link is put together from pieces"),
        ('href="{{ share }}"', 'href="{{ share }}?who={{ contact.name }}"', "this link is put together from pieces"),
        ('href="{{ share }}"', 'href="{% if means %}{{ means }}{% endif %}"', "a link is built from values"),
        ("{{ headline }}</h1>", "{{ headline }}</h1>" + "x" * 80_000, "bytes in the worst case; 80000 are allowed"),
    ],
)
def test_a_mistake_in_an_email(tmp_path: Path, old: str, new: str, mistake: str) -> None:
    """One button, postal address, link to unsubscribe, links that lead where we say, a bounded size."""
    found = email(tmp_path, old, new)

    assert any(mistake in each for each in found), found


def test_a_value_that_is_not_escaped(tmp_path: Path) -> None:
    """A file that is imported when a message is made, and whose name is no HTML's, brings its values raw."""
    page = PAGE.replace("<h1>", '{% from "brand/raw.txt" import loud %}<h1>{{ loud(contact.name) }}')
    files = {"brand/raw.txt": "{% macro loud(text) %}{{ text }}{% endmacro %}", "big/email.html": page}
    files |= {"big/email.txt": TEXT, "big/subject.txt": "x"}

    assert any("a value comes out unescaped" in each for each in said(tmp_path, files))


def test_the_foot_of_the_text_part(tmp_path: Path) -> None:
    """It needs postal address and link to unsubscribe like the HTML."""
    found = said(
        tmp_path, {"default/email.txt": TEXT.replace("{{ unsubscribe }}", "").replace("{{ postal_address }}", "")}
    )

    assert [each.partition(" | ")[0] for each in found] == [
        "default/email.txt:1: the text part has no link to unsubscribe",
        "default/email.txt:1: the text part has no postal address",
    ]


def test_parts_that_belong_together(tmp_path: Path) -> None:
    """An email without its text part or subject, a title without its body: the rest would say something else."""
    found = said(tmp_path, {"big/email.mjml": MJML, "big/push-title.txt": "Big"})

    assert [each.partition(" | ")[0] for each in found] == [
        "big/email.mjml:1: there is no email.txt beside it",
        "big/email.mjml:1: there is no subject.txt beside it",
        "big/push-title.txt:1: there is no push-body.txt beside it",
    ]


def test_an_email_of_ones_own_html(tmp_path: Path) -> None:
    """It needs no MJML; in one folder only one of both is used."""
    files = {"default/email.html": PAGE}

    assert said(tmp_path, files) == []
    assert said(tmp_path, files | {"default/email.mjml": MJML})[0].startswith(
        "default/email.html:1: email.mjml lies beside it: one of them would never be used"
    )


@pytest.mark.parametrize("headings", ["<p>x</p>", "<h1>x</h1><h1>y</h1>"])
def test_an_email_has_one_heading(tmp_path: Path, headings: str) -> None:
    """It says to those who hear it what it is about."""
    found = said(tmp_path, {"default/email.html": PAGE.replace("<h1>{{ headline }}</h1>", headings)})

    assert f"the email has {headings.count('<h1>')} headings <h1>, not one" in found[0]


def test_a_file_that_no_message_looks_for(tmp_path: Path) -> None:
    """A misspelled name would silently never be used."""
    found = said(tmp_path, {"count/headlin.txt": "x", "lead.txt": "x", "a/b/lead.txt": "x", "brand/foot.html": "x"})

    assert found == [
        "a/b/lead.txt:1: no message looks here | put it at NAME/lead.txt",
        "count/headlin.txt:1: no message looks for 'headlin.txt' | did you mean 'headline.txt'?",
        "lead.txt:1: no message looks here | put it at NAME/lead.txt",
    ]


def test_nothing_of_a_person_on_the_page_to_share(tmp_path: Path) -> None:
    """The text of that page knows no contact, code or link."""
    found = said(tmp_path, {"count/share.txt": "{{ contact.name }}\n{{ reward.code }}\n{{ unsubscribe }}"})

    assert [each.partition(" | ")[0] for each in found] == [
        "count/share.txt:1: 'contact' is not known here",
        "count/share.txt:2: 'reward' is not known here",
        "count/share.txt:3: 'unsubscribe' is not known here",
    ]


def test_what_jinja_can_do_is_understood(tmp_path: Path) -> None:
    """Macros, imports, includes with loop variables, with, set, default and slices are no mistakes."""
    lead = (
        '{% import "brand/words.txt" as words %}{% from "brand/words.txt" import loud as shout %}'
        '{% macro own(text, mark="!") %}{{ text }}{{ mark }}{{ caller() if caller is defined else "" }}{% endmacro %}'
        "{% set n = value %}{{ n.number }}{{ own(shout(n.phrase)) }}{{ words.loud('x') }}"
        "{% for past in history[-2:] %}{{ loop.index }}{% include 'brand/row.txt' %}{% endfor %}"
        "{% with m = means or 'none' %}{{ m|upper }}{% endwith %}{{ nothing|default('') }}"
        "{% if colour is defined %}{{ means }}{% endif %}{{ milestone.title.upper() }}"
        "{% call own('x') %}y{% endcall %}{% set block %}z{% endset %}{{ block }}"
    )
    files = {
        "count/lead.txt": lead,
        "brand/words.txt": "{% macro loud(text) %}{{ text|upper }}{% endmacro %}",
        "brand/row.txt": "{{ past.title if past is defined }}",
    }

    assert said(tmp_path, files, *shipped()) == []


def test_a_bad_file_does_not_hide_others(tmp_path: Path) -> None:
    """Bytes that are no text, and a syntax error beside an unknown name."""
    own(tmp_path, {"count/lead.txt": "{% if %}", "sum/lead.txt": "{{ x }}"})
    (tmp_path / "streak").mkdir()
    (tmp_path / "streak" / "lead.txt").write_bytes(b"\xff")

    assert [Path(each.file).parent.name for each in check(tmp_path)] == ["count", "streak", "sum"]


def test_loading_refuses_what_the_checks_find(tmp_path: Path) -> None:
    """Exit 1 with every mistake; exit 2 without a folder."""
    own(tmp_path, {"count/lead.txt": "{{ x }}", "sum/lead.txt": "{{ y }}"})

    with pytest.raises(CairnError) as found:
        load(tmp_path)
    with pytest.raises(CairnError) as absent:
        load(tmp_path / "nowhere")

    assert found.value.exit == 1
    assert "count/lead.txt:1: 'x'" in str(found.value)
    assert "sum/lead.txt:1: 'y'" in str(found.value)
    assert absent.value.exit == 2
    assert "templates.folder" in str(absent.value)


def test_a_mistake_in_a_part(tmp_path: Path) -> None:
    """It is said of the file that holds it, once, whichever email includes it; so is what fails for a message."""
    email = '{% extends "shipped/default/email.mjml" %}{% block foot %}{% include "brand/foot.mjml" %}'
    email += "{{ super() }}{% endblock %}"
    foot = "<mj-section><mj-column>\n<mj-text>{}</mj-text>\n</mj-column></mj-section>"
    files = {"default/email.mjml": email, "count/email.mjml": email, "count/email.txt": TEXT, "count/subject.txt": "x"}

    assert said(tmp_path, files | {"brand/foot.mjml": foot.replace("mj-text>{}", "mj-txt>{}", 1)})[:1] == [
        "brand/foot.mjml:2: </mj-text> ends nothing that is open here | remove it, or write where it begins"
    ]
    assert said(tmp_path, files | {"brand/foot.mjml": foot.format("\n{{ next.percent }}")}) == [
        "brand/foot.mjml:3: it fails for a message that may come: 'None' has no attribute 'percent'"
        " | ask with {% if … %} whether a value is there before you use what is in it"
    ]
    assert said(tmp_path, files | {"brand/foot.mjml": foot.format("fine")}) == []


def test_every_mistake_of_an_email_is_said(tmp_path: Path) -> None:
    """Names that are not there and misspelled elements at once; a block that replaces nothing."""
    email = (
        '{% extends "shipped/default/email.mjml" %}\n{% block action %}<mj-sektion></mj-sektion>\n{{ x }}{% endblock %}'
    )

    assert [each.partition(" | ")[0] for each in said(tmp_path, {"default/email.mjml": email})] == [
        "default/email.mjml:2: there is no <mj-sektion>",
        "default/email.mjml:3: 'x' is not known here",
        "default/email.mjml:3: {{ x }} in <mj-wrapper> is never shown",
    ]
    assert said(tmp_path, {"default/email.mjml": email.replace("block action", "block akcion")})[0].endswith(
        "there is no block 'akcion' to replace | did you mean 'action'?"
    )
