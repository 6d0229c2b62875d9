"""The workers of a scenario by name, and the ways in which it treats them, with the figures that come of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.chaos.outcome import Outcome
from tests.system.rig import Option, Rig
from tests.system.running_worker import RunningWorker
from tests.system.waiting import until


class Crew:
    """Starts, kills and stops workers of one rig; each name is a slot."""

    def __init__(self, rig: Rig, outcome: Outcome, settings: Mapping[str, Option]) -> None:
        self.rig = rig
        self.here: dict[str, RunningWorker] = {}
        self._outcome = outcome
        self._settings = settings

    def start(self, name: str, *, mischief: Mapping[str, Any] | None = None, **more: Option) -> RunningWorker:
        """Start a worker, or start it again."""
        settings: dict[str, Any] = {"dedupe_window": 0, **self._settings, **more}
        self.here[name] = self.rig.worker(name, mischief=mischief, **settings)
        return self.here[name]

    def wait_all_owning(self, within: float = 60) -> None:
        """Wait until each worker that is here runs tasks, and all partitions run."""
        until(
            lambda: all(each.owned for each in self.here.values()) and len(self.owned) == self.rig.partitions,
            within=within,
            what=f"all of {sorted(self.here)} own partitions, and all partitions are owned",
        )

    @property
    def owned(self) -> frozenset[int]:
        """The partitions that run anywhere."""
        return frozenset[int]().union(*(each.owned for each in self.here.values()))

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
        self._outcome.require(code == 0, f"{name} left with exit code {code}")

    def dismiss(self) -> None:
        """Stop everybody who is here, cleanly; a worker that has not yet started working cannot drain."""
        for name in self.names:
            self.leave(name)

    @property
    def names(self) -> Iterable[str]:
        """Who is here, the longest first."""
        return list(self.here)
