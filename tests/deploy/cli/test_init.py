"""`cairn init`: what it writes is sound, complete, and never over somebody's file."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from schemas.milestones import Document, Kind, expand, json_schema, lint, read_document
from schemas.milestones.condition import AllOf, Anniversary, Every, Reaches
from schemas.milestones.document import MilestoneEntry
from schemas.milestones.tree import read_tree
from stream.runtime.environment import variable_of
from stream.runtime.layers import load
from stream.runtime.merging import known_keys
from stream.runtime.settings import Settings

Cairn = Callable[..., Any]

FILES = ["milestones.yaml", "cairn.toml", "templates/README.md", "milestones.schema.json"]
NO_DEFAULT = {
    "topics.retention.usage_events",
    "topics.replication",
    "mobile_push.service_account",
    "templates.folder",
    "send_test.allow",
}
"""Settings that the starter shows with an example, because unset is their default."""


@pytest.fixture
def fresh(cairn: Cairn, tmp_path: Path) -> Path:
    assert cairn("init", "fresh").code == 0
    return tmp_path / "fresh"


def files_in(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if not path.is_dir()}


def document_in(directory: Path) -> Document:
    found = read_document((directory / "milestones.yaml").read_text())
    assert isinstance(found, Document), found
    return found


def test_it_makes_the_directory_and_says_what_is_there_and_what_is_next(cairn: Cairn, tmp_path: Path) -> None:
    """Every file by its path, then the commands of the first day in their order, after a cd."""
    outcome = cairn("init", "a/b c")

    assert outcome.code == 0
    assert files_in(tmp_path / "a" / "b c") == set(FILES)
    assert [line for line in outcome.out.splitlines() if line.startswith("wrote")] == [
        f"wrote a/b c/{name}" for name in FILES
    ]
    commands = [
        "cd 'a/b c'",
        "cairn milestones check",
        "cairn preview",
        "cairn topics apply",
        "cairn milestones apply",
        "cairn run tracker",
    ]
    places = [outcome.out.index(command) for command in commands]
    assert places == sorted(places)


def test_here_needs_no_cd_and_json_says_the_same(cairn: Cairn, tmp_path: Path) -> None:
    """Without DIR it is the directory one is in."""
    document = cairn("init", "--json").document

    assert document["written"] == FILES
    assert document["next"][0] == "cairn milestones check"
    assert files_in(tmp_path) == set(FILES)


def test_the_milestones_pass_the_check_without_a_word_against_them(cairn: Cairn, fresh: Path) -> None:
    """No mistake, no advice, and so for `cairn milestones check` in the new directory."""
    outcome = cairn("milestones", "check", str(fresh / "milestones.yaml"), "--json")

    assert (outcome.code, outcome.document["notes"]) == (0, [])
    assert lint(document_in(fresh)) == []


def test_the_schema_beside_them_is_what_editors_find_and_accepts_them(fresh: Path) -> None:
    """The first line names the file that was written; it is the schema of this release."""
    text = (fresh / "milestones.yaml").read_text()
    named = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", text.splitlines()[0])
    assert named
    schema = json.loads((fresh / named[1]).read_text())

    assert schema == json_schema()
    jsonschema_rs.validator_for(schema).validate(read_tree(text, "m").plain)


def test_every_form_is_shown(fresh: Path) -> None:
    """Each kind of metric, each condition, and every key that a milestone can have, but for its template."""
    document = document_in(fresh)
    milestones = expand(document)

    assert {metric.kind for metric in document.metrics.values()} == set(Kind)
    assert {type(each.condition) for each in milestones} == {Reaches, Every, Anniversary, AllOf}
    assert {each.condition.repeats for each in milestones if isinstance(each.condition, Anniversary)} == {True, False}
    assert any(isinstance(each.condition, Reaches) and each.condition.ladder for each in milestones)
    used = {key for entry in document.plain()["milestones"] for key in entry} | {"tier"}
    # Nothing reads templates of one's own yet: a name here would promise a file that does nothing.
    assert used == {*MilestoneEntry.model_fields} - {"template"}
    assert set(document.plain()) >= {"quiet_hours", "cap", "holdout", "tiers"}


def shown_settings(text: str) -> Iterator[tuple[str, Any, str]]:
    """Yield (key, value, the variable beside it) of each setting that is commented out."""
    for line in text.splitlines():
        if match := re.fullmatch(r"# (\w+\.[\w.\"]+) = (.+?) +# (\w+).*", line):
            section, _, name = match[1].partition(".")
            yield f"{section}.{name.strip(chr(34))}", tomllib.loads(f"value = {match[2]}")["value"], match[3]


def test_the_settings_load_and_change_nothing(cairn: Cairn, fresh: Path) -> None:
    """As it is written the file is read and says nothing."""
    outcome = cairn("config", "show", "--config", str(fresh / "cairn.toml"), "--json")

    assert outcome.code == 0
    assert outcome.document["file"] == str(fresh / "cairn.toml")
    assert {each["origin"]["kind"] for each in outcome.document["settings"]} <= {"default", "env"}


def test_each_setting_shows_its_default_and_its_variable(fresh: Path) -> None:
    """By their names in the code; a property of librdkafka has no default."""
    shown = list(shown_settings((fresh / "cairn.toml").read_text()))

    assert {"kafka.bootstrap_servers", "topics.prefix", "tracker.workers", "http.port"} <= {key for key, _, _ in shown}
    for key, value, variable in shown:
        assert variable == variable_of(key)
        section, _, name = key.partition(".")
        if key in known_keys() and key not in NO_DEFAULT:
            shown_value = tuple(value) if isinstance(value, list) else value
            assert str(shown_value) == str(getattr(getattr(Settings(), section), name)), key


def test_every_setting_shown_can_be_used(fresh: Path) -> None:
    """With every # removed the file loads, and each line is what it says."""
    text = (fresh / "cairn.toml").read_text()
    (fresh / "all.toml").write_text(re.sub(r"^# (?=[\w.\"]+ = )", "", text, flags=re.MULTILINE))

    loaded = load(config=fresh / "all.toml", environ={})

    given = {key.removeprefix("kafka.properties.").removeprefix("kafka.") for key in loaded.origins}
    assert given == {key.removeprefix("kafka.") for key, _, _ in shown_settings(text)}


@pytest.mark.parametrize("name", FILES)
def test_no_file_is_written_over(cairn: Cairn, tmp_path: Path, name: str) -> None:
    """One that is there is named, exit 2, and nothing is written at all."""
    mine = tmp_path / "fresh" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")

    outcome = cairn("init", "fresh")

    assert (outcome.code, outcome.out) == (2, "")
    assert f"fresh/{name} is already there; nothing was written" in outcome.err
    assert files_in(tmp_path / "fresh") == {name}
    assert mine.read_text() == "mine"


def test_all_files_that_are_there_are_named(cairn: Cairn, fresh: Path) -> None:
    """A second run names every one of them; a link that leads nowhere counts as well."""
    (fresh / "cairn.toml").unlink()
    (fresh / "cairn.toml").symlink_to("nowhere.toml")

    error = cairn("init", "fresh", "--json").error

    assert all(f"fresh/{name}" in error["what"] for name in FILES)
    assert not (fresh / "nowhere.toml").exists()


def test_a_place_that_cannot_be_written_is_a_usage_error(cairn: Cairn, tmp_path: Path) -> None:
    """Such as a file where the directory should be: exit 2 and where."""
    (tmp_path / "file").write_text("")

    outcome = cairn("init", "file")

    assert outcome.code == 2
    assert "cannot make the directory: file exists" in outcome.err
    assert "where: file\n" in outcome.err
