"""Texts with numbers and plural forms: read, written back, and refused where a message would show braces."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.milestones import Document, read_document
from schemas.milestones.phrase import PLACEHOLDERS, refused

FILE = """version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  team: {count: events, from: joined, unit: UNIT}
milestones:
  - id: yearly
    when: {signed_up: every 1 year}
    title: TITLE
    means: MEANS
    call_to_action: {text: LINK, url: /a}
"""


def read(means: str = "A year.", title: str = "Years", unit: str = "people", link: str = "Go") -> Any:
    text = FILE.replace("MEANS", means).replace("TITLE", title).replace("UNIT", unit).replace("LINK", link)
    return read_document(text)


def lines(**parts: str) -> list[str]:
    found = read(**parts)
    assert isinstance(found, list), found.plain()
    return [f"{each.position.line} {each.message} | {each.hint}" for each in found]


def test_a_plain_text_stays_one() -> None:
    """As the contract's file has it: its digest is that of before there were forms."""
    found = read()
    assert isinstance(found, Document)

    assert found.plain()["milestones"][0]["means"] == "A year."
    assert (str(found.milestones[0].means), found.metrics["team"].unit) == ("A year.", "people")


def test_forms_are_written_back() -> None:
    """In the order of the categories; records name the unit by its form `other`."""
    found = read(
        means='{other: "{count} years.", one: A year.}', title='"{count}"', unit="{one: person, other: people}"
    )
    assert isinstance(found, Document)

    assert found.plain()["milestones"][0]["means"] == {"one": "A year.", "other": "{count} years."}
    assert found.metrics["team"].unit == "people"
    assert Document.model_validate(found.plain()).digest() == found.digest()


@pytest.mark.parametrize("name", ["name", "{ value }", " count", "Count", "", "number"])
def test_what_nothing_fills_is_refused(name: str) -> None:
    """With the list of what is filled, in title, meaning and each of their forms."""
    for part in ("means", "title"):
        for text in (f'"Hello {{{name}}}!"', f'{{other: "Hello {{{name}}}!"}}'):
            (found,) = lines(**{part: text})
            assert f"nothing fills {{{name}}} in {part}" in found
            assert "{count}, {occurrence}, {threshold}, {value} are filled" in found


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("means", '"{{ value.phrase }}"', "9 nothing fills {{ value.phrase }} in means"),
        ("means", '"{% if x %}"', "9 nothing fills {% if x %} in means"),
        ("means", '"a } b"', "9 nothing fills } in means"),
        ("means", '"{cuont} years"', "did you mean 'count'?"),
        ("title", '"Dear {name}"', "8 nothing fills {name} in title"),
        ("unit", '"{count} people"', "4 nothing fills {count} in unit | this text is taken as it is"),
        ("link", '"See {count}"', "10 nothing fills {count} in the text of a link | this text is taken as it is"),
        ("means", "{one: a}", "9 'means' has no form 'other' | add other:"),
        ("means", "{singular: a, other: b}", "9 'singular' is no plural category"),
        ("means", "{on: a, other: b}", "without quotes is true or false"),
        ("means", "{one: 3, other: b}", "9 'means' must be text, not 3 | write \"3\" in quotes"),
        ("means", "[a]", "9 'means' must be text, not a list"),
        ("title", "x" * 101, "8 'title' is longer than 100 characters"),
        ("unit", "x" * 33, "4 'unit' is longer than 32 characters"),
        ("means", '""', "9 'means' must not be empty"),
    ],
)
def test_a_mistake_is_named(part: str, text: str, said: str) -> None:
    """With its line and cure."""
    assert any(said in each for each in lines(**{part: text})), lines(**{part: text})


def test_rules_of_an_earlier_release_are_read() -> None:
    """What `check` refuses today may be in force: a worker goes on with it."""
    plain = read().plain()
    plain["milestones"][0]["means"] = "Hello {name}"

    assert str(Document.model_validate(plain).milestones[0].means) == "Hello {name}"


def test_every_placeholder_is_allowed() -> None:
    """The list that the mistake names is what is filled."""
    assert refused(" ".join(f"{{{each}}}" for each in PLACEHOLDERS)) is None
