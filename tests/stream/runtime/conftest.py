"""Factories for what workers publish, and waiting for a condition with a deadline."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stream.runtime.snapshot import Phase, Snapshot

MakeSnapshot = Callable[..., Snapshot]
WaitFor = Callable[..., None]


@pytest.fixture
def make_snapshot() -> MakeSnapshot:
    """A snapshot of a healthy worker at time 1000, with these fields changed."""

    def make(**changed: Any) -> Snapshot:
        fields: dict[str, Any] = {
            "worker": 0, "pid": 100, "phase": Phase.RUNNING, "phase_since": 990.0, "turned_at": 1000.0,
            "progress_at": 1000.0, "joined": True, "restored_once": True,
        }  # fmt: skip
        return Snapshot(**(fields | changed))

    return make


@pytest.fixture
def wait_for() -> WaitFor:
    """Wait until a condition holds; fail with `what` after 30 s."""

    def wait(condition: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"never came true: {what}")
            time.sleep(0.01)

    return wait


@pytest.fixture
def dead() -> Callable[[int], bool]:
    """Whether a process has ended; a zombie that its new parent has yet to reap has."""

    def _dead(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        stat = Path(f"/proc/{pid}/stat")
        return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"

    return _dead
