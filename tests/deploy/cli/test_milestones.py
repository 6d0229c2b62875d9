"""`cairn milestones check`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.channels.artwork.samples import make_font
from tests.deploy.cli.conftest import Without

Cairn = Callable[..., Any]

CONTRACT = Path(__file__).parents[2] / "schemas" / "milestones" / "contract.yaml"

SOUND = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics:
  documents: {sum: value, from: documents_processed}
  days: {streak: days, from: started}
milestones:
  - {id: documents, when: {documents: [10, 100, 1000]}, call_to_action: {text: Go, url: /go}}
  - {id: club, when: {documents: every 5000}, call_to_action: {text: Go, url: /go}}
  - {id: week, when: {days: 7}, call_to_action: {text: Go, url: /go}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "milestones.yaml"
    path.write_text(SOUND)
    return path


def test_a_sound_file_is_shown_expanded(cairn: Cairn, file: Path) -> None:
    """One row for each rung, exit 0; nothing is said against it."""
    outcome = cairn("milestones", "check", file.name)

    assert outcome.code == 0
    assert "documents-10    documents reaches 10 " in outcome.out
    assert "documents-1000  documents reaches 1,000" in outcome.out
    assert "club            documents every 5,000" in outcome.out
    assert "note:" not in outcome.out
    assert outcome.err == "milestones.yaml is sound: 5 milestones on 2 metrics\n"


def test_what_holds_by_default_is_said(cairn: Cairn, file: Path) -> None:
    """Safe defaults are no secret; what the file says itself is not repeated."""
    plain, document = cairn("milestones", "check", file.name), cairn("milestones", "check", file.name, "--json")
    assert "\nby default: quiet hours 21:00-08:00 in the contact's own time, or else UTC" in plain.out
    assert "\nby default: cap 3 messages within 7 days for each contact" in plain.out
    assert "\nby default: history from_now" in plain.out
    assert [each["key"] for each in document.document["by_default"]] == [
        "product.time_zone",
        "history",
        "quiet_hours",
        "cap",
        "bundle",
        "tiers.minor.channels",
    ]
    file.write_text(SOUND.replace("metrics:", "quiet_hours: none\ncap: none\nbundle: 0\nhistory: complete\nmetrics:"))
    assert [each["key"] for each in cairn("milestones", "check", file.name, "--json").document["by_default"]] == [
        "product.time_zone",
        "tiers.minor.channels",
    ]


def test_the_contract_leaves_but_the_bundle_to_a_default(cairn: Cairn) -> None:
    """It says the rest of it itself, word for word."""
    outcome = cairn("milestones", "check", str(CONTRACT), "--json")
    assert (outcome.code, [each["key"] for each in outcome.document["by_default"]]) == (0, ["bundle"])


def test_a_sound_file_as_json(cairn: Cairn, file: Path) -> None:
    """The expanded milestones with metric, kind and threshold."""
    document = cairn("milestones", "check", file.name, "--json").document

    assert document["ok"] is True
    assert [(each["id"], each["kind"], each["threshold"], each["every"]) for each in document["milestones"]] == [
        ("documents-10", "sum", 10, None),
        ("documents-100", "sum", 100, None),
        ("documents-1000", "sum", 1000, None),
        ("club", "sum", None, 5000),
        ("week", "streak", 7, None),
    ]


def test_advice_is_noted_below_and_fails_nothing(cairn: Cairn, file: Path) -> None:
    """With place and cure, in the order of the file, exit 0."""
    file.write_text(SOUND.replace("{days: 7}", "{days: 33}").replace("{id: club,", "{id: club, ask: review,"))

    plain, document = cairn("milestones", "check", file.name), cairn("milestones", "check", file.name, "--json")

    assert (plain.code, document.code) == (0, 0)
    assert "milestones.yaml:8:21: note: 'club' is minor and asks for a review" in plain.out
    assert "\n    ask at a major milestone only\n" in plain.out
    assert "milestones.yaml is sound" in plain.err
    notes = document.document["notes"]
    assert [(each["line"], each["severity"]) for each in notes] == [(8, "advice"), (9, "advice")]
    assert notes[1]["message"] == "'week' is at 33 days, which is not a round number"
    assert notes[1]["hint"] == "people remember numbers such as 30 or 40"


def test_the_published_example_is_told_of_its_cap(cairn: Cairn, file: Path) -> None:
    """And of nothing else: its minors are stale before a cap of seven days has room again."""
    (note,) = cairn("milestones", "check", str(CONTRACT), "--json").document["notes"]
    assert (note["line"], note["severity"]) == (9, "advice")
    assert "over_cap" in note["message"]


def test_the_file_of_the_settings_is_the_default(cairn: Cairn, file: Path) -> None:
    """Without a file, tracker.milestones is checked."""
    assert cairn("milestones", "check").code == 0


def test_every_mistake_at_once(cairn: Cairn, file: Path) -> None:
    """Each mistake as file:line:column with a hint, all in one run, exit 1; the same with --json."""
    file.write_text(SOUND.replace("{documents: [10", "{documenst: [10").replace("days: 7", "dayz: 7"))
    plain, document = cairn("milestones", "check", file.name), cairn("milestones", "check", file.name, "--json")

    assert (plain.code, document.code) == (1, 1)
    assert "milestones.yaml:7:" in plain.out
    assert "milestones.yaml:9:" in plain.out
    assert "did you mean 'documents'" in plain.out
    assert [each["line"] for each in document.document["problems"]] == [7, 9]
    assert "2 mistakes" in plain.err


def test_no_file_and_no_text(cairn: Cairn, tmp_path: Path) -> None:
    """A file that is not there, or is not text: exit 2, which one."""
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe")

    assert "where: nope.yaml" in cairn("milestones", "check", "nope.yaml").err
    binary = cairn("milestones", "check", "binary.yaml")
    assert (binary.code, "not UTF-8" in binary.err) == (2, True)


NAMED = SOUND.replace("{id: week", "{id: week, template: seven-days")


def _own(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_a_template_that_is_not_there(cairn: Cairn, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its place and what may be meant, exit 1; without a folder of templates it is only said."""
    file.write_text(NAMED)
    unset = cairn("milestones", "check", file.name)
    _own(file.parent / "own", {"seven-day/lead.txt": "Seven."})
    monkeypatch.setenv("CAIRN_TEMPLATES_FOLDER", "own")

    missing = cairn("milestones", "check", file.name)
    (file.parent / "own" / "seven-day").rename(file.parent / "own" / "seven-days")

    assert unset.code == 0
    assert "there is no template 'seven-days' among the shipped ones, and templates.folder is not set" in unset.err
    assert missing.code == 1
    assert "milestones.yaml:9:" in missing.out
    assert "did you mean 'seven-day'?" in missing.out
    assert cairn("milestones", "check", file.name).code == 0


def test_mistakes_in_own_templates(cairn: Cairn, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are listed beside those of the file, as file:line, exit 1; the same with --json."""
    file.write_text(SOUND.replace("days: 7", "dayz: 7"))
    _own(file.parent / "own", {"count/lead.txt": "One.\n{{ contact.nam }}", "count/headline.txt": "{{ valu.number }}"})
    monkeypatch.setenv("CAIRN_TEMPLATES_FOLDER", "own")

    plain, document = cairn("milestones", "check", file.name), cairn("milestones", "check", file.name, "--json")

    assert (plain.code, document.code) == (1, 1)
    assert "milestones.yaml:9:" in plain.out
    assert "own/count/lead.txt:2: '.nam' is not known here\n    did you mean 'name'?" in plain.out
    assert [each["line"] for each in document.document["problems"]] == [9, 1, 2]
    assert cairn("milestones", "check", file.name, "--config", "none.toml").code == 2


def test_a_folder_of_templates_that_is_not_there(cairn: Cairn, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 2, which setting."""
    monkeypatch.setenv("CAIRN_TEMPLATES_FOLDER", "nowhere")

    outcome = cairn("milestones", "check", file.name)

    assert outcome.code == 2
    assert "where: templates.folder: nowhere" in outcome.err


def test_an_installation_without_jinja(
    cairn: Cairn, file: Path, monkeypatch: pytest.MonkeyPatch, without: Without
) -> None:
    """The tracker's has none: names of templates are looked for all the same, own templates need the channels."""
    file.write_text(NAMED)
    _own(file.parent / "own", {"seven-days/lead.txt": "Seven."})
    without("jinja2", "templates")
    unset = cairn("milestones", "check", file.name)
    monkeypatch.setenv("CAIRN_TEMPLATES_FOLDER", "own")

    outcome = cairn("milestones", "check", file.name)

    assert (unset.code, outcome.code) == (0, 2)
    assert "jinja2 is not installed" in outcome.err
    assert "cairn-milestones[channels]" in outcome.err


def test_what_no_picture_can_show_is_said_beforehand(cairn: Cairn, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As advice with its place, for the pictures are served without it; not where an own font has it."""
    text = SOUND.replace("name: Acme", "name: 里程碑").replace(
        "documents_processed}", 'documents_processed, unit: "冊"}'
    )
    file.write_text(text, encoding="utf-8")

    outcome = cairn("milestones", "check", file.name)
    said = " ".join(outcome.out.split())
    notes = [line for line in outcome.out.splitlines() if "picture" in line]
    make_font(file.parent / "own" / "fonts" / "own.ttf", "里程碑冊")

    assert outcome.code == 0
    assert [each.split(" ")[0] for each in notes] == ["milestones.yaml:2:17:", "milestones.yaml:4:60:"]
    assert "'里程碑' cannot be drawn on a picture: no font has '里' (U+91CC cjk unified ideograph-91cc)" in said
    assert "into the folder fonts of templates.folder" in said
    monkeypatch.setenv("CAIRN_TEMPLATES_FOLDER", "own")
    assert "picture" not in cairn("milestones", "check", file.name).out


def test_strings_that_a_language_lacks(cairn: Cairn, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where several languages are spoken each string is needed in each: exit 1, with what to paste; else exit 0."""
    monkeypatch.setenv("CAIRN_TEMPLATES_LANGUAGES", "en,pl_PL,pl")

    lacking = cairn("milestones", "check", file.name)
    document = cairn("milestones", "check", file.name, "--json").document
    monkeypatch.setenv("CAIRN_TEMPLATES_LANGUAGES", "en,english")
    unknown = cairn("milestones", "check", file.name)

    assert lacking.code == 1
    assert (
        "languages/pl.yaml:1: milestones.club.links.Go is missing\n    write, translated:  milestones: {club:"
        in lacking.out
    )
    assert document["ok"] is False
    assert {each["where"] for each in document["problems"]} == {"languages/pl.yaml:1"}
    assert unknown.code == 2
    assert "'english' is no language that the CLDR knows" in unknown.err


def test_a_language_whose_strings_are_all_there(cairn: Cairn, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the check gave to paste is what it wants: pasted file by file, it is content."""
    monkeypatch.setenv("CAIRN_TEMPLATES_LANGUAGES", "en,pl")
    monkeypatch.setenv("CAIRN_TEMPLATES_FOLDER", "own")
    catalogue = file.parent / "own" / "languages" / "pl.yaml"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text("{}")
    for _ in range(40):
        outcome = cairn("milestones", "check", file.name, "--json")
        if outcome.code == 0:
            break
        problem = outcome.document["problems"][0]
        pasted = YAML(typ="safe").load(problem["hint"].partition(":  ")[2].replace("…", "słowo"))
        there = problem["hint"].removeprefix("below ").partition(" write")[0].split(".")
        content = YAML(typ="safe").load(catalogue.read_text())
        place = content
        for key in there if problem["hint"].startswith("below ") else []:
            place = place[key]
        place.update(pasted)
        YAML().dump(content, catalogue)

    assert outcome.code == 0
    assert content["milestones"]
