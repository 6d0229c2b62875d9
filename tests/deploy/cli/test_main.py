"""The command as a whole: help, version, errors, exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import deploy.cli.config
from deploy.cli.__main__ import build_app
from schemas.errors import CairnError
from stream.runtime.exits import Exit

ROOT = Path(__file__).parents[3]
VERBS = ("run", "topics", "milestones", "events", "contact", "dlq", "config", "baseline", "doctor", "broker", "demo")


def module(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `python -m deploy.cli` as a user does."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    return subprocess.run(
        [sys.executable, "-m", "deploy.cli", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_names_every_verb(cairn: Callable[..., Any]) -> None:
    """`cairn --help` lists all commands of the release and exits 0."""
    outcome = cairn("--help")

    assert outcome.code == 0
    assert all(f"\n  {verb} " in outcome.out for verb in VERBS)


def test_help_loads_nothing_heavy() -> None:
    """The command tree is built without Kafka client, pydantic, stores or rich, so that help stays quick."""
    script = (
        "import sys; from deploy.cli.__main__ import cairn; cairn(['--help']);"
        "print([m for m in ('confluent_kafka', 'pydantic', 'rocksdict', 'rich') if m in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert result.stderr.strip() == "[]"


def test_module_and_exit_code(tmp_path: Path) -> None:
    """`python -m deploy.cli` is the command, and its exit code reaches the shell."""
    result = module("milestones", "check", "nothing-here.yaml", cwd=tmp_path)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[1] == "where: nothing-here.yaml"


def test_group_without_verb_shows_its_help(cairn: Callable[..., Any]) -> None:
    """A group alone prints its verbs and exits 2: nothing was done."""
    outcome = cairn("topics")

    assert outcome.code == 2
    assert "verify" in outcome.out


def test_nothing_shows_the_help(cairn: Callable[..., Any]) -> None:
    """`cairn` alone prints the help."""
    assert "Commands:" in cairn().out


def test_version(cairn: Callable[..., Any]) -> None:
    """`--version` prints one line; with --json a document."""
    assert cairn("--version").out.startswith("cairn ")
    assert list(cairn("--version", "--json").document) == ["cairn"]


@pytest.mark.parametrize(
    "arguments",
    [("bogus",), ("topics", "bogus"), ("topics", "plan", "--bogus"), ("contact", "show"), ("broker", "--port", "x")],
)
def test_wrong_command_line_is_three_lines_and_exit_2(cairn: Callable[..., Any], arguments: tuple[str, ...]) -> None:
    """A usage error says what, where and how to fix it; no frame, no traceback."""
    outcome = cairn(*arguments)

    assert outcome.code == Exit.USAGE
    assert [line.split(":")[0].strip() for line in outcome.err.splitlines()] == ["error", "where", "fix"]


def test_wrong_command_line_as_json(cairn: Callable[..., Any]) -> None:
    """With --json an error is one JSON object on standard error, and standard output is empty."""
    outcome = cairn("topics", "plan", "--bogus", "--json")

    assert outcome.error["exit"] == 2
    assert "--bogus" in outcome.error["what"]
    assert outcome.out == ""


def test_fault_of_ours_says_so_without_traceback(cairn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected exception ends with 70 and a request to report it; --traceback adds the traceback."""

    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("stream.runtime.layers.load", lambda **_options: broken())
    plain, verbose = cairn("config", "show"), cairn("--traceback", "config", "show")

    assert (plain.code, verbose.code) == (Exit.INTERNAL, Exit.INTERNAL)
    assert "Traceback" not in plain.err
    assert "ZeroDivisionError" in plain.err
    assert "Traceback" in verbose.err


def test_ctrl_c_is_quiet(cairn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C prints nothing and exits 130, as shells expect."""

    def interrupted(**_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("stream.runtime.layers.load", interrupted)

    outcome = cairn("config", "show")

    assert (outcome.code, outcome.out, outcome.err) == (130, "", "")


def test_error_of_ours_keeps_its_exit_code(cairn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code of a CairnError is the exit code of the command."""

    def drifted(**_options: object) -> None:
        raise CairnError("it drifted", where="here", fix="so", exit=Exit.DRIFT)

    monkeypatch.setattr("stream.runtime.layers.load", drifted)

    outcome = cairn("config", "show")

    assert (outcome.code, outcome.err) == (3, "error: it drifted\nwhere: here\n  fix: so\n")


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """`cairn config show | head -1` ends quietly."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    line = f"{sys.executable} -m deploy.cli config show --json | head -1"
    result = subprocess.run(
        ["sh", "-c", line], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )

    assert (result.stdout, result.stderr) == ("{\n", "")


def test_global_options_stand_anywhere(cairn: Callable[..., Any]) -> None:
    """--json and --bootstrap mean the same before the group, before the verb and behind it."""
    places = [
        ("--json", "--bootstrap", "a:1", "config", "show"),
        ("config", "--json", "--bootstrap", "a:1", "show"),
        ("config", "show", "--json", "--bootstrap", "a:1"),
    ]
    documents = [cairn(*place).document for place in places]

    assert documents[0] == documents[1] == documents[2]
    assert documents[0]["settings"][0]["value"] == "a:1"


def test_every_verb_takes_the_global_options() -> None:
    """--json, --config and --bootstrap are options of every verb there is."""
    import typer

    def verbs(command: Any) -> list[Any]:
        children = getattr(command, "commands", None)
        return [command] if children is None else [leaf for child in children.values() for leaf in verbs(child)]

    found = verbs(typer.main.get_command(build_app()))

    assert len(found) >= 14
    for verb in found:
        options = {name for parameter in verb.params for name in parameter.opts}
        assert {"--json", "--config", "--bootstrap"} <= options, verb.name


def test_verbs_stay_plain_functions() -> None:
    """Registering a verb does not change the function: it can be called with an Invocation."""
    assert deploy.cli.config.show.__name__ == "show"
