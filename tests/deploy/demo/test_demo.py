"""`cairn demo` whole, as a user starts it: real Kafka, real workers, a real kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[3]
WAIT_S = 240
Start = Callable[..., subprocess.Popen[str]]

pytestmark = [pytest.mark.system, pytest.mark.timeout(2 * WAIT_S)]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `cairn demo` in a session of its own; what still runs at the end is ended, by its pid."""
    begun: list[subprocess.Popen[str]] = []

    def one(*arguments: str, **environ: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", "demo", *arguments],
            cwd=ROOT,
            # A scratch place in which nothing may be left.
            env={**os.environ, **environ, "TMPDIR": str(tmp_path)},
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        begun.append(process)
        return process

    yield one
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_the_story_is_told_whole_and_was_true(start: Start, tmp_path: Path) -> None:
    """Every check passes, and nothing is left behind."""
    out, told = start("--exit", "--json").communicate(timeout=WAIT_S)
    assert out, told
    document = json.loads(out)
    assert [each for each in document["checks"] if not each["ok"]] == []
    assert document["ok"]
    assert {each["name"] for each in document["checks"]} >= {
        "every crossing once",
        "worker 1 killed and back",
        "every message once, with consent",
        "each message in its language",
        "every crossing had its reaction",
        "nobody is woken at night",
    }
    assert "you reached first-project" in told
    assert "Traceback" not in told
    assert [*tmp_path.iterdir()] == []


def test_ctrl_c_stops_all_of_it(start: Start, tmp_path: Path) -> None:
    """Sent to the whole process group, as a terminal does: exit code 0, no traceback, no process, no file.

    The cluster that the user's settings name, which nobody answers at, is never asked for anything.
    """
    process = start(KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1", CAIRN_TOPICS_PREFIX="theirs-")
    assert process.stdout is not None
    while "both workers count" not in process.stdout.readline():
        assert process.poll() is None
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 15  # JVM, six supervisors, seven workers, and who keeps them
    os.killpg(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=WAIT_S)
    assert process.returncode == 0, errors
    assert out.splitlines()[-1].endswith("lost 0, twice 0")
    assert "Traceback" not in out + errors
    assert [each for each in family if each.is_running()] == []
    assert [*tmp_path.iterdir()] == []
