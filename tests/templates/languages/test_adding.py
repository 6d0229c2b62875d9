"""What is missing is added to a catalogue, and nothing that is there is touched."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from templates.languages.adding import Gap, added

GAPS = (
    Gap(("texts", "a.b"), "Hi {name}"),
    Gap(("texts", "lead.many"), "one / many", ("one", "other")),
    Gap(("metrics", "widgets"), "widgets", ("one", "few", "other")),
    Gap(("rewards", "mug"), "mug"),
    Gap(("milestones", "documents", "means"), "Many."),
    Gap(("milestones", "documents", "links", "Go: on"), "Go: on"),
    Gap(("milestones", "week", "title"), "A week"),
)
FILES = (
    "",
    "# only a comment\n",
    "{}\n",
    "texts:\n",
    "texts: {}\nmetrics: {}",
    "texts:\n    x: y   # why\n\n    # behind\nmilestones:\n  documents: {links: {Go: Los}}\n",
    "milestones:\n  documents:\n    title: |\n      a\n      b\n\n  other: {means: x, }\n\nrewards:\n  cup: 'Tasse'",
    'milestones: {documents: {links: {"Go": "Los"}}, week: {}}\n',
    'texts:\n  k: "a \\u202F b"\nmetrics:\n  documents: {one: x,\n    other: y}\n',
)


def read(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text) or {}


def paths(content: Any, above: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    if not isinstance(content, dict):
        return {above: content}
    return {path: text for key, each in content.items() for path, text in paths(each, (*above, key)).items()}


@pytest.mark.parametrize("file", FILES)
@settings(deadline=None, max_examples=30)
@given(chosen=st.sets(st.sampled_from(range(len(GAPS)))))
def test_what_is_there_stays(file: str, chosen: set[int]) -> None:
    """Every line and every text; what comes is empty, and stands where it belongs."""
    gaps = [GAPS[each] for each in sorted(chosen)]
    text = added(file, gaps)
    before, after = paths(read(file)), paths(read(text))

    wanted = {(*gap.path, form) for gap in gaps for form in gap.forms} | {gap.path for gap in gaps if not gap.forms}
    there = {path: said for path, said in before.items() if said and path}
    assert there.items() <= after.items()
    assert {path for path, said in after.items() if said == ""} >= wanted
    kept = iter(text)
    assert all(character in kept for character in file.rstrip("\n")), "a character of the file has gone"
    assert added(text, ()) == text


def test_the_source_stands_above() -> None:
    """So that who translates sees it; what cannot be seen is written out."""
    text = added(
        "", [Gap(("texts", "a"), "Prêt\N{NARROW NO-BREAK SPACE}: {n}"), Gap(("texts", "b"), "{n} b", ("other",))]
    )

    assert text == 'texts:\n  # Pr\\u00eat\\u202f: {n}\n  a: ""\n  # {n} b\n  b:\n    other: ""\n'


@pytest.mark.parametrize("name", ["on", "No", "7", "a: b", "naïve", "true"])
def test_a_key_that_yaml_reads_otherwise_is_quoted(name: str) -> None:
    """An id of a milestone, or the text of a link."""
    assert read(added("", [Gap(("milestones", name), "x")]))["milestones"] == {name: ""}
