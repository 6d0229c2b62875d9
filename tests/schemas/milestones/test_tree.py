"""`read_tree`: notation, its traps, and the place of every value."""

from __future__ import annotations

from decimal import Decimal

import pytest

from schemas.milestones.problem import Position
from schemas.milestones.tree import read_tree


def told(text: str) -> list[str]:
    """Return the problems as ``line:column message``."""
    found = read_tree(text, "m.yaml").problems
    return [f"{each.position.line}:{each.position.column} {each.message}" for each in found]


def test_values_are_those_of_yaml_1_2_with_exact_numbers() -> None:
    """No sexagesimal times, no dates, no floats."""
    text = "{a: 21:00, b: 1.10, c: 1e2, d: true, e: ~, f: 2026-11-20, g: '5', h: -3, i: 0, j: null, k: 5%}"
    assert read_tree(text, "m").plain == {
        "a": "21:00",
        "b": Decimal("1.10"),
        "c": Decimal("1e2"),
        "d": True,
        "e": None,
        "f": "2026-11-20",
        "g": "5",
        "h": -3,
        "i": 0,
        "j": None,
        "k": "5%",
    }


def test_every_value_and_key_has_its_place() -> None:
    """Lines and columns count from 1."""
    tree = read_tree("a: 1\nb:\n  - {c: x}\n", "m")
    assert tree.values[("b", 0, "c")] == Position(3, 9)
    assert tree.keys[("b", 0, "c")] == Position(3, 6)
    assert tree.keys[("b",)] == Position(2, 1)


@pytest.mark.parametrize("word", ["yes", "No", "on", "OFF"])
def test_words_that_are_booleans_elsewhere_must_be_decided(word: str) -> None:
    """Norway's country code is one of them; quotes settle it."""
    assert told(f"a: {word}") == [f"1:4 {word} without quotes is true or false to some YAML readers and text to others"]
    assert told(f"{word}: 1") == [f"1:1 {word} without quotes is true or false to some YAML readers and text to others"]
    assert told(f"a: '{word}'") == []


@pytest.mark.parametrize("number", ["010", "0x1F", "0o17", "1_000", ".inf", ".NaN"])
def test_numbers_that_readers_disagree_on_must_be_decided(number: str) -> None:
    """Octal, hexadecimal, separators, and what is no number."""
    assert len(told(f"a: {number}")) == 1
    assert told(f'a: "{number}"') == []


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a:\n\tb: 1\nc:\n\t- 2\n", ["2:1 this line is indented with a tab", "4:1 this line is indented with a tab"]),
        ("a: {b: 1\nc: 2\n", ["2:2 this { } is not closed, or a comma is missing"]),
        ("a: [1\nc: 2\n", ["2:2 this [ ] is not closed, or a comma is missing"]),
        ("a: b: c\n", ["1:5 a ': ' cannot stand here"]),
        ("a: 1\nb\nc: 2\n", ["2:1 a ':' is missing"]),
        ("a: 'x\nb: 2\n", ["1:4 a quote is not closed"]),
        ("a: *x\n", ["1:4 this alias names no anchor"]),
        ("a: 1\n---\nb: 1\n", ["2:1 the file holds a second document"]),
        ("a: @x\n", ["1:4 this character cannot start a value"]),
        ("a: 1\n b: 2\n", ["2:3 a ': ' cannot stand here"]),
        ("", ["1:1 the file is empty"]),
        ("# only a comment\n", ["1:1 the file is empty"]),
        ("a: &x [*x]\n", ["1:4 this alias stands inside what it names"]),
        ("a: !mine 3\n", ["1:4 the tag !mine is not used here"]),
        (
            "a: !!python/object:os.system {}\n",
            ["1:4 the tag tag:yaml.org,2002:python/object:os.system is not used here"],
        ),
        ("<<: {a: 1}\n", ["1:1 merge keys (<<) are not part of YAML 1.2"]),
        ("[a]: 1\n", ["1:1 a key must be a word"]),
        ("a: 1\na: 2\n", ["2:1 the key 'a' stands here for the second time; the first is in line 1"]),
    ],
)
def test_what_yaml_or_the_file_does_not_allow_is_told_in_plain_words(text: str, problems: list[str]) -> None:
    """At the place where the user wrote it."""
    assert told(text) == problems


def test_aliases_are_the_values_that_they_name() -> None:
    """Anchors are allowed."""
    assert read_tree("a: &x [1]\nb: *x\n", "m").plain == {"a": [1], "b": [1]}


def test_an_alias_bomb_ends() -> None:
    """Nine levels of nine would be 387 million values."""
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    (only,) = told("\n".join(levels))
    assert "the aliases of this file stand for more than 20,000 values" in only


def test_a_large_file_without_aliases_is_no_bomb() -> None:
    """What stands in the text is as large as the file: 4,005 milestones are many, and no mistake."""
    text = "".join(f"- {{id: m-{n}, when: {{documents: {n}}}, tier: minor, status: active}}\n" for n in range(4_005))

    tree = read_tree(text, "m")

    assert (tree.problems, len(tree.plain)) == ([], 4_005)


def test_nesting_without_end_is_told() -> None:
    """No crash from a file of brackets."""
    assert len(told("[" * 2_000)) == 1


def test_control_characters_are_told_with_their_place() -> None:
    """They cannot be part of a YAML text."""
    (problem,) = told("a: 1\nb: \x07\n")
    assert problem.startswith("2:4 this is not YAML text")
