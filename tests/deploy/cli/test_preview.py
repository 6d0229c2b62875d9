"""`cairn preview`: files for review with the exit code that they deserve, and a page that ends when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.deploy.cli.conftest import Cairn
from tests.deploy.preview.installation import FILE, Installation, installation


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return installation(tmp_path)


def test_a_red_check_is_an_exit_of_1(made: Installation, cairn: Cairn) -> None:
    made.write("milestones.yaml", FILE.replace("url: /insights", "url: /insights/TODO"))
    out = made.folder / "out"
    document = cairn("preview", str(made.milestones), "--out", str(out), "--json")
    assert (document.code, document.document["ok"]) == (1, False)
    plain = cairn("preview", str(made.milestones), "--out", str(out))
    assert plain.code == 1
    assert "en/documents-1000: email: Link" in plain.out
    assert "index.html" in plain.err


def test_mistakes_are_said_and_nothing_is_written(made: Installation, cairn: Cairn) -> None:
    made.write("contacts/bo.yaml", "nmae: Bo")
    out = made.folder / "out"
    outcome = cairn("preview", str(made.milestones), "--out", str(out), "--json")
    assert outcome.code == 1
    assert outcome.document["problems"][0]["where"].endswith("bo.yaml:1:1")
    assert not out.exists()


def test_a_sound_file_is_an_exit_of_0(made: Installation, cairn: Cairn) -> None:
    assert cairn("preview", str(made.milestones), "--out", str(made.folder / "out")).code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("nothing.yaml",), "cannot read"), (("--contacts", "nowhere"), "no such folder of contacts")],
)
def test_what_is_not_there_is_a_mistake_of_the_command(
    made: Installation, cairn: Cairn, arguments: tuple[str, ...], says: str
) -> None:
    given = arguments if arguments[0].endswith("yaml") else (str(made.milestones), *arguments)
    outcome = cairn("preview", *given, "--json")
    assert outcome.code == 2
    assert says in outcome.error["what"]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_without_kafka_and_ends_with_an_open_page(made: Installation, ending: signal.Signals) -> None:
    """On 127.0.0.1 alone; an open stream of news does not hold up the end."""
    command = [sys.executable, "-m", "deploy.cli", "preview", str(made.milestones), "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{url}events", timeout=30) as events:
            assert events.readline() == b"data: 1\n"
            process.send_signal(ending)
            _, said = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode in (0, 130, -ending)
    assert "Traceback" not in said
    assert "error" not in said.lower()
