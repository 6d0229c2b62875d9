"""`cairn broker`: a Kafka in the foreground."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.broker import running_broker

ROOT = Path(__file__).parents[3]
WAIT_S = 60
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `cairn broker` in a session of its own; what still runs at the end is ended, by its pid."""
    begun: list[subprocess.Popen[str]] = []

    def one(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", "broker", "--port", "0", *arguments],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            text=True,
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


def told(process: subprocess.Popen[str], last: str) -> str:
    """What it has said, up to the line that begins with `last`."""
    assert process.stdout is not None
    text = ""
    while True:
        line = process.stdout.readline()
        assert line, process.stderr and process.stderr.read()
        text += line
        if line.startswith(last):
            return text


@pytest.mark.system
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_is_found_while_it_runs_and_stops_when_asked(start: Start, number: signal.Signals) -> None:
    """One document once it answers; found without an address; exit 0, JVM and temporary data gone."""
    process = start("--json")
    facts = json.loads(told(process, "}"))
    host, _, port = facts["bootstrap_servers"].rpartition(":")
    socket.create_connection((host, int(port)), 10).close()
    assert running_broker() == facts["bootstrap_servers"]
    assert Path(facts["log"]).is_file()

    process.send_signal(number)
    _, errors = process.communicate(timeout=WAIT_S)

    assert (process.returncode, "Traceback" in errors) == (0, False)
    assert not psutil.pid_exists(facts["pid"])
    assert not Path(facts["data_dir"]).exists()
    assert running_broker() != facts["bootstrap_servers"]


@pytest.mark.system
def test_ctrl_c_of_the_whole_terminal_keeps_the_data_asked_for(start: Start, tmp_path: Path) -> None:
    """A terminal signals the whole process group; the words say how to use it and where the topics stay."""
    process = start("--data", str(tmp_path / "data"))
    words = told(process, "  log:").splitlines()
    assert words[0].startswith("Apache Kafka runs at 127.0.0.1:")
    assert words[1].startswith("  export KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:")
    assert words[2] == f"  data: {tmp_path / 'data'}"

    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=WAIT_S)

    assert (process.returncode, "Traceback" in errors) == (0, False)
    assert [*(tmp_path / "data").iterdir()] != []


@pytest.mark.system
def test_a_broker_that_dies_is_reported(start: Start) -> None:
    """The command does not sit there without its broker."""
    process = start("--json")
    os.kill(json.loads(told(process, "}"))["pid"], signal.SIGKILL)

    _, errors = process.communicate(timeout=WAIT_S)

    assert process.returncode not in (0, None)
    assert "its process ended" in errors


def test_a_taken_port_is_said_at_once(cairn: Callable[..., Any]) -> None:
    """A port that somebody has: which one, and what to do; nothing is downloaded or started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = cairn("broker", "--port", str(port), "--json")

    assert outcome.code == 4
    assert str(port) in outcome.err
