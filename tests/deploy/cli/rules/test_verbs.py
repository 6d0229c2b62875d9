"""`cairn milestones apply`, `diff` and `show` on a real Kafka."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from schemas.milestones.document import Document
from schemas.milestones.reader import read_document
from schemas.rules import RulesLog, RulesVersion
from schemas.topics import MILESTONE_RULES, TRACKER_CHANGELOG
from stream.core.adoption import next_version
from stream.core.progress import Progress
from stream.tracker.topology import PROGRESS_TABLE

Cairn = Callable[..., Any]

FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
metrics: {documents: {sum: value, from: documents_processed}}
milestones:
  - {id: documents, when: {documents: [100, 1000]}}
  - {id: later, when: {documents: 500}, status: draft}
"""
MORE = FILE.replace("[100, 1000]", "[10, 100, 1000]")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "milestones.yaml"
    path.write_text(FILE)
    return path


class Keyboard(io.StringIO):
    """Standard input with somebody at it, who gives one answer."""

    def __init__(self, answer: str) -> None:
        super().__init__(f"{answer}\n")

    def isatty(self) -> bool:
        return True


def produce(kafka: str, topic: str, value: bytes, key: bytes | None = None) -> None:
    producer = Producer({"bootstrap.servers": kafka, "acks": "all"})
    producer.produce(topic, value, key)
    assert producer.flush(10) == 0


def version_of(text: str, previous: RulesVersion | None = None) -> RulesVersion:
    document = read_document(text)
    assert isinstance(document, Document)
    return next_version(previous, document, 1_790_000_000_000, "anna")


@pytest.mark.system
def test_apply_show_and_apply_again(cairn: Cairn, own_topics: str, file: Path) -> None:
    """The first version with every milestone; the same again writes nothing; show tells who, when and what."""
    first, again = cairn("milestones", "apply", "--by", "anna"), cairn("milestones", "apply", "--by", "ben")
    shown, document = cairn("milestones", "show"), cairn("milestones", "show", "--json").document

    assert (first.code, again.code, shown.code) == (0, 0, 0)
    assert "+ milestone documents-100: documents reaches 100, minor\n" in first.out
    assert first.out.endswith("version 1 is in force\n")
    assert again.out.startswith("Nothing to do: milestones.yaml says what is in force (version 1,")
    assert " by anna; in force\n" in shown.out
    assert (document["version"], document["applied_by"], document["in_force"]) == (1, "anna", True)
    assert [(each["id"], each["first_applied_at"] is None) for each in document["milestones"]] == [
        ("documents-100", False),
        ("documents-1000", False),
        ("later", True),
    ]


@pytest.mark.system
def test_diff_says_what_apply_would(cairn: Cairn, own_topics: str, file: Path) -> None:
    """Before the first apply, equal, and different: exit 1, 0, 1; an earlier version can still be shown."""
    before = cairn("milestones", "diff")
    cairn("milestones", "apply")
    equal = cairn("milestones", "diff", "--json")
    file.write_text(MORE)
    differs, applied = cairn("milestones", "diff"), cairn("milestones", "apply")

    assert (before.code, equal.code, differs.code) == (1, 0, 1)
    assert (equal.document["equal"], equal.document["in_force"]["version"]) == (True, 1)
    assert "+ milestone documents-10: documents reaches 10, minor\n" in differs.out
    assert "1 change: 1 added from what is in force (version 1, applied " in differs.err
    assert applied.out.startswith(differs.out)
    assert "; version 2 is in force now" in cairn("milestones", "show", "--version", "1").out
    unknown = cairn("milestones", "show", "--version", "9")
    assert (unknown.code, "versions 1 to 2" in unknown.err) == (2, True)


@pytest.mark.system
def test_who_is_past_a_new_milestone_is_counted(cairn: Cairn, own_topics: str, kafka: str, file: Path) -> None:
    """Counted from the rows, told by apply and diff; not with --no-count."""
    cairn("milestones", "apply")
    for contact, documents in (("a", 9), ("b", 10), ("c", 80)):
        key = PROGRESS_TABLE.prefix_bytes + contact.encode()
        row = b"\x01" + PROGRESS_TABLE.codec.encode(Progress([documents]))
        produce(kafka, own_topics + TRACKER_CHANGELOG, row, key)
    file.write_text(MORE)

    told = cairn("milestones", "diff")
    untold = cairn("milestones", "diff", "--no-count")
    document = cairn("milestones", "apply", "--json").document

    assert "2 contacts are already past 10 and will not be celebrated" in told.out
    assert "already past" not in untold.out
    assert document["changes"][0]["already_past"] == {"contacts": 2, "recorded": False}
    assert (document["before"]["version"], document["version"], document["applied"]) == (1, 2, True)


@pytest.mark.system
def test_dry_run_and_expect_change_nothing(cairn: Cairn, own_topics: str, file: Path) -> None:
    """Neither --dry-run nor an --expect that does not hold writes anything; one that holds does."""
    dry = cairn("milestones", "apply", "--dry-run", "--json")
    wrong = cairn("milestones", "apply", "--expect", "4", "--json")
    right = cairn("milestones", "apply", "--expect", "0")

    assert (dry.code, dry.document["applied"], len(dry.document["changes"])) == (0, False, 4)
    assert (wrong.code, "4 was expected" in wrong.error["what"]) == (3, True)
    assert (right.code, "version 1 is in force" in right.out) == (0, True)
    assert cairn("milestones", "apply", "--expect", "0").code == 3


@pytest.mark.system
@pytest.mark.parametrize(("theirs", "code"), [(MORE, 3), (FILE, 0)])
def test_another_apply_that_comes_first(
    cairn: Cairn, own_topics: str, kafka: str, file: Path, monkeypatch: pytest.MonkeyPatch, theirs: str, code: int
) -> None:
    """Between reading and writing somebody else applies: exit 3 unless it says the same, and theirs is in force."""
    encode = RulesVersion.encode

    def late(version: RulesVersion) -> bytes:
        produce(kafka, own_topics + MILESTONE_RULES, encode(version_of(theirs)))
        return encode(version)

    monkeypatch.setattr(RulesVersion, "encode", late)
    outcome = cairn("milestones", "apply", "--by", "ben")

    assert outcome.code == code
    if code:
        assert "another apply came first: version 1 is in force, applied by anna" in outcome.err
        assert "cairn milestones diff" in outcome.err
    else:
        assert "version 1 is in force: applied by anna a moment before" in outcome.out
    assert cairn("milestones", "show", "--json").document["applied_by"] == "anna"


@pytest.mark.system
@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_on_a_terminal_it_asks(
    cairn: Cairn, own_topics: str, file: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    """Only a yes applies; --yes asks nothing. (In a pipe, as in all other tests, nobody is asked.)"""
    monkeypatch.setattr(sys, "stdin", Keyboard(answer))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    outcome = cairn("milestones", "apply")

    assert (outcome.code, "version 1 is in force\n" in outcome.out) == (code, not code)
    assert "Put version 1 into force?" in outcome.err
    assert cairn("milestones", "apply", "--yes").code == 0


@pytest.mark.system
def test_nothing_in_force_and_no_topic(cairn: Cairn, own_kafka: str, file: Path) -> None:
    """Exit 3, with the command that mends it."""
    no_topic = cairn("milestones", "apply")
    cairn("topics", "apply")
    empty = cairn("milestones", "show")

    assert (no_topic.code, "cairn topics apply" in no_topic.err) == (3, True)
    assert (empty.code, "cairn milestones apply" in empty.err) == (3, True)


@pytest.mark.system
def test_rules_of_a_newer_release(cairn: Cairn, own_topics: str, kafka: str, file: Path) -> None:
    """What this release cannot read whole is not overwritten by half: exit 3."""
    value = version_of(FILE).encode().replace(b'"milestones":[', b'"later":1,"milestones":[', 1)
    produce(kafka, own_topics + MILESTONE_RULES, value)
    taken = RulesLog()
    with pytest.raises(Exception, match="cannot be read"):
        taken.take(value)

    outcome = cairn("milestones", "apply")

    assert (outcome.code, "upgrade" in outcome.err) == (3, True)


def test_a_file_with_mistakes_is_told_whole_before_kafka_is_asked(cairn: Cairn, file: Path) -> None:
    """The mistakes as check tells them, exit 1; diff names the first; without brokers."""
    file.write_text(FILE.replace("{documents: 500}", "{documenst: 500}").replace("status: draft", "status: drafty"))
    outcome = cairn("milestones", "apply", "--bootstrap", "127.0.0.1:1")

    assert outcome.code == 1
    assert outcome.out.count("milestones.yaml:6:") == 2
    assert cairn("milestones", "diff", "--bootstrap", "127.0.0.1:1").code == 1


def test_no_broker_is_exit_4(cairn: Cairn, file: Path) -> None:
    """A broker that is not there."""
    for verb in ("apply", "diff", "show"):
        assert cairn("milestones", verb, "--bootstrap", "127.0.0.1:1").code == 4
