"""The workers of a scenario by name, and the ways in which it treats them, with the figures that come of it."""

from __future__ import annotations

from typing import Any

from tests.chaos.outcome import Outcome
from tests.system.rig import Rig
from tests.system.running_worker import RunningWorker


class Crew:
    """Starts, kills and stops workers of one rig; each name is a slot."""

    def __init__(self, rig: Rig, outcome: Outcome, **settings: Any) -> None:
        self.rig = rig
        self.here: dict[str, RunningWorker] = {}
        self._outcome = outcome
        self._settings = settings

    def start(self, name: str, **more: Any) -> RunningWorker:
        """Start a worker, or start it again."""
        self.here[name] = self.rig.worker(name, **{**self._settings, **more})
        return self.here[name]

    def kill(self, name: str) -> None:
        """SIGKILL, and look whether there was anything left to do."""
        self.here.pop(name).kill()
        self.note_death()

    def note_death(self) -> None:
        """Count a worker that has just died or been frozen."""
        self._outcome.kills += 1
        self._outcome.with_input_left += any(self.rig.unprocessed().values())

    def leave(self, name: str) -> None:
        """SIGTERM, and a clean end."""
        code = self.here.pop(name).stop()
        self._outcome.rebalances += 1
        self._outcome.require(code == 0, f"{name} left with exit code {code}")

    def dismiss(self) -> None:
        """Stop everybody, cleanly."""
        for name in list(self.here):
            code = self.here.pop(name).stop()
            self._outcome.require(code == 0, f"{name} stopped with exit code {code}")
