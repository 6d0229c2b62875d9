"""`cairn broker`: a Kafka in the foreground."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.system
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_runs_and_ends_when_told(tmp_path: Path, number: signal.Signals) -> None:
    """The address as soon as it answers; Ctrl-C and SIGTERM are its normal end, exit 0, and nothing is left behind."""
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", "broker", "--port", "0", "--json", "--data", str(tmp_path / "data")],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    text = b""
    while not text.endswith(b"}\n"):
        line = process.stdout.readline()
        assert line, process.stderr and process.stderr.read()
        text += line
    document = json.loads(text)
    host, _, port = document["bootstrap_servers"].rpartition(":")
    socket.create_connection((host, int(port)), 10).close()

    process.send_signal(number)
    _, errors = process.communicate(timeout=60)

    assert (process.returncode, b"Traceback" in errors) == (0, False)
    with pytest.raises(ProcessLookupError):
        os.kill(document["pid"], 0)


def test_a_taken_port_is_said_at_once(cairn: Callable[..., Any]) -> None:
    """A port that somebody has: which one, and what to do; nothing is downloaded or started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = cairn("broker", "--port", str(port), "--json")

    assert outcome.code == 4
    assert str(port) in outcome.err
