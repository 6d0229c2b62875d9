"""`cairn languages add` and `list`, and what `check` says of what is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

Cairn = Callable[..., Any]
FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {sum: value, from: documents_processed}
  widgets: {count: events, from: made, unit: {one: widget, other: widgets}}
milestones:
  - {id: documents, when: {documents: [10, 100]}, means: Many., call_to_action: {text: Go, url: /go}}
  - {id: widgets, when: {widgets: every 10}, title: {one: A widget, other: "{count} widgets"}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "milestones.yaml").write_text(FILE)
    monkeypatch.setenv("CAIRN_TEMPLATES_FOLDER", "own")
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


def filled(file: Path) -> None:
    """Write every empty text of a catalogue."""
    file.write_text(file.read_text(encoding="utf-8").replace('""', '"Wort"'), encoding="utf-8")


def test_a_new_language_from_nothing_to_sound(cairn: Cairn, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line of `check`, one verb, the texts filled in: no message but whole ones."""
    monkeypatch.setenv("CAIRN_TEMPLATES_LANGUAGES", "en,de")
    file = folder / "languages" / "de.yaml"
    wall = cairn("milestones", "check", "--json").document["problems"]
    made = cairn("languages", "add", "de")
    text = file.read_text(encoding="utf-8")
    empty = cairn("milestones", "check")

    (problem,) = wall
    count = int(problem["message"].partition(" ")[0])
    assert problem["where"] == "own/languages/de.yaml:1"
    assert problem["message"].startswith(f"{count} of {count} texts missing: texts.person.greeting, ")
    assert problem["message"].endswith(f" and {count - 3} more")
    assert problem["hint"] == "`cairn languages add de` writes them there, to be filled in"
    assert made.code == 0
    assert f"own/languages/de.yaml: {count} texts to be filled in, of {count}" in made.out
    assert text.startswith("# German (de): ")
    assert "# Plural forms: one for 1; other for 0, 2, 3, 4.\n" in text
    assert '  # Hi {name}\n  person.greeting: ""\n' in text
    assert '    # A widget / {count} widgets\n    title:\n      one: ""\n      other: ""\n' in text
    assert (empty.code, "fill them in there" in empty.out) == (1, True)

    filled(file)
    assert cairn("milestones", "check").code == 0
    assert cairn("languages", "add", "de").out == "de lacks nothing\n"


def test_it_adds_what_is_new_and_touches_nothing(cairn: Cairn, folder: Path) -> None:
    """Run again it changes nothing; a milestone that came since comes at the end of its section."""
    file = folder / "languages" / "pl.yaml"
    file.parent.mkdir()
    file.write_text("milestones:\n  documents: {means: Sporo.}   # mine\n# the end\n", encoding="utf-8")
    first = cairn("languages", "add", "pl", "--json").document
    once = file.read_text(encoding="utf-8")
    again = cairn("languages", "add", "pl", "--json").document

    assert first["added"] == ["units.widgets", "milestones.documents.links.Go", "milestones.widgets.title"]
    assert once.startswith('milestones:\n  documents: {means: Sporo., links: {Go: ""}}   # mine\n')
    assert "# the end\n" in once
    assert (again["added"], again["missing"]) == ([], first["added"])
    assert file.read_text(encoding="utf-8") == once
    milestones = folder.parent / "milestones.yaml"
    milestones.write_text(FILE + "  - {id: week, when: {signed_up: 1 week}, means: Sieben.}\n")
    assert cairn("languages", "add", "pl", "--json").document["added"] == ["milestones.week.means"]
    assert YAML(typ="safe").load(file.read_text(encoding="utf-8"))["milestones"]["documents"]["means"] == "Sporo."
    total = first["texts"] + 2
    milestones.write_text(milestones.read_text() + "  - {id: two-weeks, when: {signed_up: 2 weeks}, means: Two.}\n")
    assert f"pl.yaml: 1 text added; 5 to be filled in, of {total}" in cairn("languages", "add", "pl").out


def test_what_is_left_to_do(cairn: Cairn, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the settings do not name the language, or the folder, it says how."""
    monkeypatch.delenv("CAIRN_TEMPLATES_FOLDER")

    said = cairn("languages", "add", "iw", "--json").document

    assert said["file"] == "templates/languages/he.yaml"
    assert said["next"] == [
        "fill in templates/languages/he.yaml",
        'in cairn.toml: templates.folder = "templates"',
        'in cairn.toml: templates.languages = ["en", "he"]',
        "cairn milestones check",
    ]


@pytest.mark.parametrize(
    ("tag", "file", "code", "said"),
    [
        ("klingon", "", 2, "'klingon' is no language that the CLDR knows"),
        ("en-XA", "", 2, "'en-XA' is a pseudo-locale"),
        ("de", "texts: [a]", 1, "de.yaml:1: texts is no map"),
        ("de", "texts:\n  lead.first: 7\n", 1, "de.yaml:2: texts.lead.first is no text"),
    ],
)
def test_nothing_is_written_where_something_is_wrong(
    cairn: Cairn, folder: Path, tag: str, file: str, code: int, said: str
) -> None:
    """A catalogue with mistakes stays as it is."""
    path = folder / "languages" / "de.yaml"
    path.parent.mkdir()
    if file:
        path.write_text(file)

    outcome = cairn("languages", "add", tag)

    assert (outcome.code, said in outcome.err) == (code, True)
    assert [each.read_text() for each in path.parent.iterdir()] == ([file] if file else [])


def test_a_link_out_of_the_folder_is_not_followed(cairn: Cairn, folder: Path) -> None:
    """What it leads to is somebody else's."""
    (folder / "languages").mkdir()
    foreign = folder.parent / "foreign.yaml"
    foreign.write_text("mine")
    (folder / "languages" / "de.yaml").symlink_to(foreign)

    outcome = cairn("languages", "add", "de")

    assert (outcome.code, foreign.read_text()) == (2, "mine")
    assert "link out of the folder" in outcome.err


def test_the_list(cairn: Cairn, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each language, how much of it is written, and in which file."""
    monkeypatch.setenv("CAIRN_TEMPLATES_LANGUAGES", "en,fr,fr-CA,de")

    plain, document = cairn("languages", "list"), cairn("languages", "list", "--json").document

    assert plain.code == 0
    lines = [line.split() for line in plain.out.splitlines()]
    assert lines[1][0] == "en"
    assert lines[3][:3] == ["fr-CA", "French", "(Canada)"]
    assert "`cairn languages add de` writes them" in plain.err
    by_name = {each["language"]: each for each in document["languages"]}
    assert by_name["en"]["default"] is True
    assert by_name["en"]["missing"] == []
    assert by_name["fr"]["missing"] == [
        "units.widgets",
        "milestones.documents.means",
        "milestones.documents.links.Go",
        "milestones.widgets.title",
    ]
    assert by_name["de"]["texts"] == len(by_name["de"]["missing"])


def test_plural_forms_of_the_file(cairn: Cairn, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are those of the first language: one that lacks is a mistake, with its place."""
    monkeypatch.setenv("CAIRN_TEMPLATES_LANGUAGES", "pl")
    found = cairn("milestones", "check").out

    assert "'title' lacks the plural form 'few' or 'many' of Polish" in found
    assert "'unit' lacks the plural form 'few' or 'many' of Polish" in found


def test_advice_on_words(cairn: Cairn, folder: Path) -> None:
    """What will read ill is told before anybody reads it; it fails nothing."""
    (folder.parent / "milestones.yaml").write_text(
        "version: 1\n"
        'product: {name: Acme, url: "https://acme.example", locale: fr}\n'
        "metrics:\n"
        "  team_size: {highest: members, from: team_changed}\n"
        "milestones:\n"
        "  - {id: yearly, when: {signed_up: every 1 year}, means: A year together.}\n"
        "  - {id: team, when: {team_size: 5}}\n"
        "  - {id: early, when: {signed_up: 7 days}}\n"
    )
    outcome = cairn("milestones", "check")

    said = " ".join(outcome.out.split())
    assert outcome.code == 0
    assert "milestones.yaml:2:60: note: the file is in fr, and the first of templates.languages is en" in said
    assert ":4:14: note: 'team_size' has no words for its number: messages say '5 in team size'" in said
    assert ":6:58: note: 'A year together.' is true of the first time of 'yearly' alone, and is left out" in said
