"""`cairn run tracker`: real processes on a real Kafka."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

Cairn = Callable[..., Any]
ROOT = Path(__file__).parents[3]

FILE = """\
version: 1
product: {name: Acme, url: "https://acme.example"}
history: complete
metrics: {documents: {sum: value, from: documents_processed}}
milestones: [{id: documents, when: {documents: [10, 1000]}, call_to_action: {text: Go, url: /go}}]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "milestones.yaml"
    path.write_text(FILE)
    return path


@contextmanager
def running(log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """`cairn run tracker` with these arguments until the block ends; killed if it is still there then."""
    command = [sys.executable, "-m", "deploy.cli", "run", "tracker", *arguments]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=out, stderr=out)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)


def until(found: Callable[[], Any], log: Path) -> Any:
    """Ask again and again until there is an answer; after a minute the log is the failure's message."""
    deadline = time.monotonic() + 60
    while not (answer := found()):
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.3)
    return answer


@pytest.mark.system
def test_events_become_crossings_and_sigterm_drains(cairn: Cairn, own_topics: str, file: Path, tmp_path: Path) -> None:
    """Two workers start, an event crosses, `contact show` tells it while they run, SIGTERM ends with exit 0."""
    log = tmp_path / "log"
    assert cairn("milestones", "apply", "--yes").code == 0
    cairn("events", "send", "--contact", "c-1", "--event", "documents_processed", "--value", "12")
    cairn("events", "send", "--unchecked", given=b"oops\n")

    with running(log, "--workers", "2", "--http-port", "0") as process:

        def reached() -> list[Any]:
            shown = cairn("contact", "show", "c-1", "--json")
            found: list[Any] = shown.document["reached"] if shown.code == 0 else []
            return found

        (only,) = until(reached, log)
        until(lambda: cairn("dlq", "list", "--json").document["total"] == 1, log)
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)

    assert (only["milestone"], only["occurrence"]) == ("documents-10", 1)
    assert code == 0, log.read_text()
    assert log.read_text().count("worker_started") == 2


@pytest.mark.system
def test_workers_wait_for_the_first_rules_and_take_them_at_once(
    cairn: Cairn, own_topics: str, file: Path, tmp_path: Path
) -> None:
    """Nothing is counted without rules, and nothing is lost: what came before the first apply is counted by it."""
    log = tmp_path / "log"
    cairn("events", "send", "--contact", "c-1", "--event", "documents_processed", "--value", "12")
    with running(log, "--http-port", "off") as process:
        until(lambda: "broadcast_holds_too_little" in log.read_text(), log)
        assert "no milestones are in force yet" in log.read_text()
        assert cairn("milestones", "apply", "--yes").code == 0
        until(lambda: cairn("contact", "show", "c-1").code == 0, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_a_wrong_option_is_named_as_it_was_typed(cairn: Cairn, file: Path) -> None:
    """The user typed --http-port; there is no --port."""
    outcome = cairn("run", "tracker", "--http-port", "x", "--bootstrap", "127.0.0.1:1")

    assert outcome.code == 2
    assert "where: option --http-port\n" in outcome.err


@pytest.mark.system
def test_properties_that_make_no_producer_are_a_usage_error(
    own_topics: str, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each property alone is sound, so only the worker's producer finds out: exit 2 with the client's own words."""
    monkeypatch.setenv("CAIRN_KAFKA_MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION", "6")
    log = tmp_path / "log"

    with running(log, "--http-port", "off") as process:
        code = process.wait(60)

    assert code == 2, log.read_text()
    assert "`max.in.flight`" in log.read_text()


def test_no_broker_is_exit_4(cairn: Cairn, file: Path) -> None:
    """No worker is started while no broker can be reached."""
    outcome = cairn("run", "tracker", "--bootstrap", "127.0.0.1:1", "--json")

    assert (outcome.code, outcome.error["exit"]) == (4, 4)


@pytest.mark.system
def test_missing_topics_are_exit_3(cairn: Cairn, own_kafka: str, file: Path) -> None:
    """No worker is started before the topics are as they must be; the error says what to run."""
    outcome = cairn("run", "tracker")

    assert outcome.code == 3
    assert "cairn topics apply" in outcome.err


@pytest.mark.system
def test_a_state_directory_that_cannot_be_used_is_a_usage_error(
    own_topics: str, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands in its place: exit 2 with the setting, and no worker is started again."""
    monkeypatch.setenv("CAIRN_TRACKER_STATE_DIR", str(file))
    log = tmp_path / "log"

    with running(log, "--http-port", "off") as process:
        code = process.wait(60)

    assert code == 2, log.read_text()
    assert "CAIRN_TRACKER_STATE_DIR" in log.read_text()
    assert log.read_text().count("worker_started") == 1
