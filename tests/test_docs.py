"""The guides say what is there: what the code has and they do not fails here, with the row to write."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import pytest
import typer

from deploy.cli.__main__ import build_app
from deploy.reference.markers import between
from deploy.reference.metrics import reference
from deploy.reference.publishers import publishers
from schemas.contact import Contact, read_contact
from schemas.dead_letter import OURS
from schemas.decision import Decision, No
from schemas.delivery import Delivery, Message
from schemas.door import Door
from schemas.milestone_crossed import MilestoneCrossed, crossing_id
from schemas.milestones.lint import lint
from schemas.milestones.reader import read_document
from schemas.receipt import Outcome, Receipt
from schemas.reject_codes import CODES
from schemas.topics import PARTITIONS, TOPICS
from schemas.usage_event import UsageEvent
from stream.runtime.environment import variable_of
from stream.runtime.exits import Exit
from stream.runtime.merging import known_keys
from stream.runtime.metrics import METRICS
from stream.runtime.settings import Settings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
DOCS = ROOT / "docs"
OPERATIONS = DOCS / "operations.md"
GUARANTEES = DOCS / "guarantees.md"
GLOSSARY = DOCS / "glossary.md"
CONTRACT = ROOT / "schemas" / "README.md"
PACKAGES = ("stream", "schemas", "templates", "channels", "deploy")
ALL = tuple(
    sorted(
        each
        for folder in (*PACKAGES, "docs", "tests")
        for each in (ROOT / folder).rglob("*.md")
        if "target" not in each.parts  # what cargo and mvn build
    )
) + tuple(sorted(ROOT.glob("*.md")))
"""Every guide of the repository."""
LINES = 220
"""Of the README, at most: a reader decides in ten minutes, and the rest has pages of its own."""
TEXTS = {each: each.read_text("utf-8") for each in ALL}
TEXT = "\n".join(TEXTS.values())

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _blocks(language: str, *files: Path) -> list[str]:
    return [text for file in files for tag, text in _FENCE.findall(TEXTS[file]) if tag == language]


def _row(*cells: str) -> str:
    return f"| {' | '.join(each.replace('|', chr(92) + '|') for each in cells)} |"


def _verbs(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
        return
    for name, child in children.items():
        yield from _verbs(child, (*path, name))


VERBS = dict(_verbs(typer.main.get_command(build_app())))


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_every_verb_is_in_the_table_of_commands(path: tuple[str, ...]) -> None:
    """Whoever runs Cairn finds each verb in the operations guide."""
    assert f"| `cairn {' '.join(path)}` |" in TEXTS[OPERATIONS]


def _commands() -> list[list[str]]:
    """The command lines of the shell blocks that call cairn, comments left out."""
    lines = [line for block in _blocks("sh", *ALL) for line in block.splitlines()]
    words = [shlex.split(line, comments=True) for line in lines]
    return [each[1:] for each in words if each and each[0].rpartition("/")[2] == "cairn"]


@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_every_printed_command_is_understood(words: list[str]) -> None:
    """A command to copy names a verb and options that there are."""
    if words == ["--version"]:
        return
    path = next(each for each in VERBS if tuple(words[: len(each)]) == each)
    verb = VERBS[path]

    with verb.make_context("cairn", words[len(path) :], resilient_parsing=False) as context:
        assert context.args == []


@pytest.mark.parametrize("key", known_keys())
def test_every_setting_has_its_row(key: str) -> None:
    """The row of a setting names its variable, its default and what it is for, as the code does."""
    section, _, name = key.rpartition(".")
    values = attrgetter(section)(Settings())
    description = type(values).model_fields[name].description

    assert _row(f"`{key}`", f"`{variable_of(key)}`", values.show(name), description) in TEXTS[OPERATIONS]


def test_the_reference_of_metrics_is_what_the_code_says() -> None:
    """If this fails: `python -m deploy.reference`."""
    assert between(TEXTS[OPERATIONS], "metrics") == reference(publishers())


def test_no_metric_is_invented() -> None:
    """Every name in the guides that looks like a metric is one."""
    named = set(re.findall(r"`(cairn_[a-z_]+)`", TEXT))

    assert named <= {each.name for each in METRICS}


@pytest.mark.parametrize("code", Exit)
def test_every_exit_code_has_its_row(code: Exit) -> None:
    """The row of an exit code says what it means and whether a supervisor should try again."""
    again = code.worth_restarting and code not in (Exit.OK, Exit.FINDINGS)

    assert _row(str(code.value), code.name, code.meaning, "yes" if again else "no") in TEXTS[OPERATIONS]


@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_every_reject_code_has_its_row(code: Any) -> None:
    """The row of a reject code says what it means, what cures it, and whether a replay can help."""
    row = _row(f"`{code.code}`", code.sentence, code.cure, "yes" if code.replayable else "no")

    assert row in TEXTS[CONTRACT]


@pytest.mark.parametrize("topic", TOPICS, ids=[each.name for each in TOPICS])
def test_every_topic_has_its_row(topic: Any) -> None:
    """The row of a topic says how it is kept and what it holds."""
    (row,) = [line for line in TEXTS[CONTRACT].splitlines() if line.startswith(f"| `{topic.name}` |")]
    days = topic.retention_ms // 86_400_000
    kept = "compact" if topic.compacted else f"delete, {'for ever' if topic.retention_ms < 0 else f'{days} days'}"

    assert f"| {kept} | {topic.holds}" in row
    assert f"({PARTITIONS})" in TEXTS[CONTRACT]


@pytest.mark.parametrize("header", OURS)
def test_every_dead_letter_header_is_described(header: str) -> None:
    """Who reads dead letters finds each header of ours."""
    assert f"`{header}`" in TEXTS[CONTRACT]


def _wire_names(type_: Any) -> tuple[str, ...]:
    return tuple(type_.__struct_encode_fields__)


@pytest.mark.parametrize("field", {*_wire_names(UsageEvent), *_wire_names(MilestoneCrossed)})
def test_every_field_of_the_contract_is_described(field: str) -> None:
    """Events and crossings are described field by field."""
    rows = [line.split(" | ")[0] for line in TEXTS[CONTRACT].splitlines() if line.startswith("| `")]

    assert any(f"`{field}`" in row for row in rows)


def _section(name: str) -> str:
    return TEXTS[CONTRACT].partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def _named(section: str) -> set[str]:
    """What the first column of its tables names."""
    rows = [line.split(" | ")[0] for line in _section(section).splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize(
    ("section", "types", "values"),
    [
        ("Decision", (Decision,), get_args(No)),
        ("Delivery", (Delivery, Message), ()),
        ("Receipt", (Receipt,), get_args(Outcome)),
    ],
)
def test_the_records_of_celebration_are_described(section: str, types: Any, values: tuple[str, ...]) -> None:
    """Each field, each reason and each outcome has its row in the section of its record, and no other has one."""
    assert _named(section) == {name for each in types for name in _wire_names(each)} | set(values)


def test_every_reason_not_to_celebrate_is_described() -> None:
    """Analysts find each value of not_celebrated_because."""
    schema = json.loads((ROOT / "schemas" / "json" / "milestone-crossed.v1.json").read_text("utf-8"))
    reasons = set(re.findall(r'"(history_incomplete|before_milestone|adopted|backfill)"', json.dumps(schema)))

    assert reasons
    assert all(f"| `{each}` |" in TEXTS[CONTRACT] for each in reasons)


@pytest.mark.parametrize("text", _blocks("yaml", README, CONTRIBUTING, CONTRACT, *sorted(DOCS.glob("*.md"))))
def test_every_milestones_file_is_sound_and_needs_no_advice(text: str) -> None:
    """What a reader copies passes the check, and is as we would write it."""
    document, problems = _read(text)

    assert problems == []
    assert lint(document) == []


def _read(text: str) -> tuple[Any, list[Any]]:
    found = read_document(text, "README.md")
    return (found, []) if not isinstance(found, list) else (None, found)


class _Record:
    """A record as an application would produce it."""

    def __init__(self, value: bytes, headers: list[tuple[str, bytes]] | None) -> None:
        self._value, self._headers = value, headers

    def key(self) -> bytes:
        return b"c-1042"

    def value(self) -> bytes:
        return self._value

    def headers(self) -> list[tuple[str, bytes]] | None:
        return self._headers

    def topic(self) -> str:
        return "usage-events"

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return 0

    def timestamp(self) -> tuple[int, int]:
        return (1, _NOW_MS)


_NOW_MS = 1_800_000_000_000
_STRUCTURED = [("content-type", b"application/cloudevents+json")]


@pytest.mark.parametrize("text", _blocks("json", *ALL))
def test_every_json_example_is_what_it_says(text: str) -> None:
    """An example event passes the door, an example crossing or contact its schema."""
    document = json.loads(text)
    if "web_push_targets" in document:
        assert isinstance(read_contact(_Record(text.encode(), None)), Contact)
        return
    if "milestone" in document:
        schema = json.loads((ROOT / "schemas" / "json" / "milestone-crossed.v1.json").read_text("utf-8"))
        jsonschema_rs.validator_for(schema).validate(document)
        named = (document["contact_id"], document["milestone"], document["occurrence"])
        assert document["id"] == crossing_id(*named)
        return
    record = _Record(text.encode(), _STRUCTURED if "specversion" in document else None)

    (event,) = Door().admit([record], _NOW_MS)

    assert isinstance(event, UsageEvent), event
    assert event.contact_id == "c-1042"


@pytest.mark.parametrize("text", _blocks("toml", *ALL))
def test_every_settings_file_is_understood(text: str, tmp_path: Path) -> None:
    """A cairn.toml to copy loads without a fault."""
    from stream.runtime.layers import load

    file = tmp_path / "cairn.toml"
    file.write_text(text, "utf-8")

    loaded = load(config=file)

    assert loaded.settings.topics.prefix == "staging-"


def test_every_make_target_is_described() -> None:
    """The guide for contributors has a row for each target of the Makefile, and guides name no other."""
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    rows = set(re.findall(r"^\| `make ([a-z]+)", TEXTS[CONTRIBUTING], re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", TEXT))

    assert rows == targets
    assert named <= targets


def _slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("file", ALL, ids=_name)
def test_every_link_leads_somewhere(file: Path) -> None:
    """A link names a file of the repository, and a heading that is in it."""
    for link in _LINK.findall(TEXTS[file]):
        if "://" in link:  # a page of the web; no test may need it
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path.replace("\\", "")).resolve() if path else file

        assert target.exists(), link
        if anchor:
            assert anchor in {_slug(each) for each in _HEADING.findall(target.read_text("utf-8"))}, link


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    """No page of docs/ can be found by its folder alone."""
    linked = {link.partition("#")[0] for link in _LINK.findall(TEXTS[README])}

    assert TEXTS[README].count("\n") <= LINES
    assert {_name(each) for each in DOCS.glob("*.md")} | {_name(CONTRIBUTING)} <= linked


@pytest.mark.parametrize(
    ("page", "heading", "answer"),
    [
        ("docs/developers.md", "Where things are", "stream/core/celebration/standing.py"),
        ("docs/developers.md", "Where things are", "stream/core/advance.py"),
        ("docs/developers.md", "Where things are", "stream/core/celebration/weigh.py"),
        ("stream/engine/RULES.md", "16. A task has a clock", "every input is read to the end"),
        ("docs/operations.md", "First start", "KAFKA_BOOTSTRAP_SERVERS"),
        ("docs/marketers.md", "Add a milestone", "cairn milestones apply"),
        ("docs/operations.md", "What happens when", "| a worker dies | the supervisor starts it again"),
        ("docs/applications.md", "Refused records", "usage-events-dlq"),
        ("docs/analysts.md", "Why somebody got no message", "cairn contact explain"),
        ("docs/developers.md", "React to a milestone", "cairn run reactions --with"),
        ("docs/speed.md", "Speed", "events/s"),
    ],
)
def test_a_newcomers_question_is_answered_by_the_second_page(page: str, heading: str, answer: str) -> None:
    """Where is the suppression list, where are duplicates dropped, where is it decided whether to send, what is engine
    rule 16, how do I run it on my Kafka, how do I add a milestone, what happens when a worker dies, where do bad
    records go, why did somebody get no message, how do I react to a milestone, how fast is it: each has its page.
    """
    linked = {link.partition("#")[0] for link in _LINK.findall(TEXTS[README])}
    _, level, rest = re.split(rf"(?m)^(#+) {re.escape(heading)}$", TEXTS[ROOT / page])

    assert page in linked
    assert answer in re.split(rf"(?m)^#{{1,{len(level)}}} ", rest)[0]


_PATH = re.compile(rf"`((?:{'|'.join((*PACKAGES, 'docs', 'tests'))})/[^`*<\s]+)`")


@pytest.mark.parametrize("file", [CONTRIBUTING, *sorted(DOCS.glob("*.md"))], ids=_name)
def test_every_path_of_the_repository_is_there(file: Path) -> None:
    """The files that a guide names exist, those of the lists of what to touch above all."""
    assert [path for path in _PATH.findall(TEXTS[file]) if not (ROOT / path).exists()] == []


def _terms() -> list[str]:
    rows = [line.split(" | ")[0].removeprefix("| ") for line in TEXTS[GLOSSARY].splitlines() if line.startswith("| ")]
    return [each for each in rows if each != "term"]


def test_the_glossary_is_short_and_in_order() -> None:
    """A page that is read once, from its first line to its last."""
    assert _terms() == sorted(set(_terms()))
    assert 20 <= len(_terms()) <= 30


@pytest.mark.parametrize("term", _terms())
def test_each_word_of_the_glossary_is_used(term: str) -> None:
    """A word that neither the code nor another guide has needs no explanation."""
    word = re.compile(rf"(?<![a-z]){re.escape(term)}", re.IGNORECASE)
    guides = (text for file, text in TEXTS.items() if file != GLOSSARY)
    code = (each.read_text("utf-8") for name in PACKAGES for each in (ROOT / name).rglob("*.py"))

    assert any(word.search(text) for text in guides) or any(word.search(text) for text in code)


def _guarantees(file: Path) -> list[str]:
    return re.findall(r"^(?:### |- \*\*)(G\d+)\b", TEXTS[file], re.MULTILINE)


def test_the_readme_has_each_guarantee_in_a_line() -> None:
    """And they are numbered without a gap, for code and tests cite them by number."""
    assert _guarantees(README) == _guarantees(GUARANTEES) == [f"G{number}" for number in range(1, 10)]
