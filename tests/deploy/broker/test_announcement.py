"""A second terminal finds the broker that runs, and no other."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.broker.announcement import announced, find_announcement, running_broker


@pytest.fixture
def listening() -> Iterator[str]:
    """An address that answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def write(root: Path, name: str, **changes: object) -> Path:
    """An announcement file as some other process could have left it."""
    folder = root / "run" / f"broker-{os.getuid()}"
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "bootstrap_servers": "127.0.0.1:1",
        "topic_prefix": "",
        "owner": os.getpid(),
        "host": socket.gethostname(),
    }
    file = folder / f"{name}.json"
    file.write_text(json.dumps({**content, **changes}))
    return file


def ended_process() -> int:
    """The id of a process that is no more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_an_announced_broker_is_found_while_it_runs(tmp_path: Path, listening: str) -> None:
    """It is there within the block, with its prefix, and gone after it."""
    assert running_broker(tmp_path) is None
    with announced(listening, "demo-", tmp_path):
        found = find_announcement(tmp_path)
        assert found is not None
        assert (found.bootstrap_servers, found.topic_prefix) == (listening, "demo-")
        assert running_broker(tmp_path) == listening
    assert running_broker(tmp_path) is None


def test_the_entry_of_a_killed_owner_is_ignored_and_removed(tmp_path: Path, listening: str) -> None:
    """Even if something else answers on that port today."""
    stale = write(tmp_path, "1", bootstrap_servers=listening, owner=ended_process())
    assert running_broker(tmp_path) is None
    assert not stale.exists()


def test_a_broker_that_does_not_answer_is_ignored(tmp_path: Path, listening: str) -> None:
    """An owner whose broker is down does not hide another one that is up."""
    write(tmp_path, "other", bootstrap_servers=listening)
    with announced("127.0.0.1:1", "", tmp_path):
        assert running_broker(tmp_path) == listening


def test_an_entry_of_another_machine_is_ignored(tmp_path: Path, listening: str) -> None:
    """Home directories are shared; loopback addresses are not. The entry stays for its own machine."""
    theirs = write(tmp_path, "1", bootstrap_servers=listening, host="elsewhere")
    assert running_broker(tmp_path) is None
    assert theirs.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"owner": "x", "bootstrap_servers": "a:1"}', '{"new": 1}'])
def test_an_unreadable_entry_is_ignored(tmp_path: Path, text: str) -> None:
    """Half-written, or of another release: nothing to fail over."""
    write(tmp_path, "1").write_text(text)
    assert running_broker(tmp_path) is None


def test_the_newest_of_several_is_found(tmp_path: Path, listening: str) -> None:
    """Who starts a second broker means that one."""
    old = write(tmp_path, "old", bootstrap_servers=listening, topic_prefix="old-")
    os.utime(old, (1, 1))
    with announced(listening, "new-", tmp_path):
        found = find_announcement(tmp_path)
    assert found is not None
    assert found.topic_prefix == "new-"
