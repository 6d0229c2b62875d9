"""The line for the second terminal leads to the demo, whatever the user has set up."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from deploy.broker import announced
from deploy.demo.installation import installation_file
from deploy.demo.invitation import invitation, preview, program
from deploy.demo.surroundings import foreign, without_foreign

BROKER = "127.0.0.1:41233"
SEND = ["--bootstrap", BROKER, "events", "send", "--contact", "you", "--event", "project_created"]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with an environment in it, whose Python runs."""
    folder = tmp_path / "checkout"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "cairn").touch()
    monkeypatch.setattr(sys, "executable", str(folder / ".venv" / "bin" / "python"))
    return folder


def test_from_the_checkout_it_is_short(checkout: Path) -> None:
    """Nothing in the way: the line that README shows."""
    line = invitation(checkout / "cfg", BROKER, checkout, {"HOME": "/root"})
    assert line == [".venv/bin/cairn", *SEND]


def test_from_elsewhere_the_program_has_its_whole_path(checkout: Path, tmp_path: Path) -> None:
    """A relative one would not be found."""
    assert program(tmp_path / "elsewhere") == [str(checkout / ".venv" / "bin" / "cairn")]


def test_settings_of_the_user_are_dropped(checkout: Path) -> None:
    """Else the event would go to the company's cluster."""
    environ = {
        "KAFKA_BOOTSTRAP_SERVERS": "kafka.acme.example:9092",
        "CAIRN_TOPICS_PREFIX": "prod-",
        "CAIRN_CACHE_DIR": "x",
    }
    config = Path("/tmp/demo/cairn.toml")
    assert invitation(config, BROKER, checkout, environ) == [
        *("env", "-u", "CAIRN_TOPICS_PREFIX", "-u", "KAFKA_BOOTSTRAP_SERVERS"),
        *(".venv/bin/cairn", "--config", str(config)),
        *SEND,
    ]


def test_a_settings_file_of_the_user_is_passed_over(checkout: Path) -> None:
    """./cairn.toml may name other brokers."""
    (checkout / "cairn.toml").touch()
    config = Path("/tmp/demo/cairn.toml")
    assert invitation(config, BROKER, checkout, {}) == [".venv/bin/cairn", "--config", str(config), *SEND]


def test_another_broker_on_the_machine_is_passed_over(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One that is announced later would be what a command without an address finds."""
    monkeypatch.setenv("CAIRN_CACHE_DIR", str(tmp_path / "cache"))
    with announced("127.0.0.1:9092"):
        line = invitation(checkout / "cfg", BROKER, checkout, {})

    assert line[line.index("--bootstrap") + 1] == BROKER


def test_what_is_foreign() -> None:
    """Everything that sets Cairn up, and nothing else."""
    environ = {"KAFKA_BOOTSTRAP_SERVERS_FILE": "/run/x", "CAIRN_CONFIG": "y", "CAIRN_CACHE_DIR": "z", "PATH": "/bin"}
    assert foreign(environ) == ["CAIRN_CONFIG", "KAFKA_BOOTSTRAP_SERVERS_FILE"]
    assert without_foreign(environ) == {"CAIRN_CACHE_DIR": "z", "PATH": "/bin"}


def test_the_preview_is_of_the_installation_of_the_demo(checkout: Path) -> None:
    """Short where it can be, and whole from elsewhere."""
    file = installation_file()
    root = file.parents[2]
    assert preview(root)[1:] == ["--config", "deploy/demo/cairn.toml", "preview"]
    assert preview(checkout) == [".venv/bin/cairn", "--config", str(file), "preview"]
