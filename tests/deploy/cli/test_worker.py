"""The order that a worker is started with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from deploy.cli.worker import work
from deploy.cli.worker_order import WorkerOrder
from stream.runtime.exits import Exit


def test_the_command_line_carries_the_order() -> None:
    """What the parent writes the child reads back, run by the same Python."""
    order = WorkerOrder(None, {"tracker.workers": 2, "kafka.bootstrap_servers": None})
    python, _, module, text = order.command()

    assert (python, module) == (sys.executable, "deploy.cli.worker")
    assert WorkerOrder.of(text) == order


def test_a_worker_of_reactions_does_not_look_in_its_directory_first() -> None:
    """A user's module is found last on the path, else a stream.py of theirs would stand in for ours."""
    order = WorkerOrder(None, {}, "reactions", modules=("tell", "grant"))
    command = order.command()

    assert command[:4] == [sys.executable, "-P", "-m", "deploy.cli.worker"]
    assert WorkerOrder.of(command[-1]) == order


def test_a_worker_that_cannot_go_on_ends_with_the_code_of_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of ours keeps its exit code; any other is logged and ends with 70, which is restarted."""
    # Logging is set up for a whole process, and this one runs other tests too.
    monkeypatch.setattr("stream.runtime.logs.configure", lambda *_settings, **_bound: None)
    order = WorkerOrder(str(tmp_path / "nope.toml"), {})
    assert work(order) is Exit.USAGE

    def broken(**_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("stream.runtime.layers.load", broken)
    assert work(order) is Exit.INTERNAL
