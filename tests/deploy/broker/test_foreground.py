"""`cairn broker`: says where it is, is found by others, and stops when asked."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.broker import running_broker

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[3]
WAIT_S = 60
SCRIPT = "import sys\nfrom deploy.broker.foreground import run\nsys.exit(run(as_json={as_json}))\n"


@pytest.fixture
def start() -> Iterator[object]:
    """Starts one in a process of its own; what still runs at the end is ended, by its pid."""
    begun: list[subprocess.Popen[str]] = []

    def one(as_json: bool) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", SCRIPT.format(as_json=as_json)]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_is_found_while_it_runs_and_stops_when_asked(start, number: signal.Signals) -> None:  # type: ignore[no-untyped-def]
    """One line of JSON when it is up; found without an address; gone with exit code 0, JVM and all."""
    process = start(as_json=True)
    facts = json.loads(process.stdout.readline())
    assert running_broker() == facts["bootstrap_servers"]
    os.kill(process.pid, number)
    assert process.wait(WAIT_S) == 0
    assert not psutil.pid_exists(facts["pid"])
    assert not Path(facts["data_dir"]).exists()
    assert running_broker() != facts["bootstrap_servers"]


def test_ctrl_c_of_the_whole_terminal_lets_the_owner_stop_in_order(start) -> None:  # type: ignore[no-untyped-def]
    """A terminal signals the whole process group; the words say how to use it and that it stopped."""
    process = start(as_json=False)
    words: list[str] = []
    while not words or not words[-1].startswith("Ctrl-C"):
        words.append(process.stdout.readline())
    assert words[0].startswith("Apache Kafka 4.")
    assert "export KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:" in words[1]
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=WAIT_S)[0] == "stopped\n"
    assert process.returncode == 0


def test_a_broker_that_dies_is_reported(start) -> None:  # type: ignore[no-untyped-def]
    """The command does not sit there without its broker."""
    process = start(as_json=True)
    os.kill(json.loads(process.stdout.readline())["pid"], signal.SIGKILL)
    _, errors = process.communicate(timeout=WAIT_S)
    assert process.returncode != 0
    assert "its process ended" in errors
