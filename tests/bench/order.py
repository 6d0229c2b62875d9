"""What the harness asks of a worker process, and what comes back."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from stream.runtime.settings import Settings
from tests.bench.outcome import Outcome
from tests.bench.profiles import PROFILES, Profile


@dataclass(frozen=True, slots=True)
class Order:
    """One worker.

    `until` says when it stops by itself: `events` after `warm` and `events` events, `restored` when all partitions run;
    `told` waits for SIGTERM.
    """

    servers: str
    prefix: str
    app_id: str
    partitions: int
    state_dir: str
    profile: str
    until: Literal["events", "restored", "told"] = "events"
    warm: int = 0
    events: int = 0
    phases: bool = False
    memory: bool = False

    def command(self, module: str = "tests.bench.worker") -> list[str]:
        """Return the command line of the process that takes this order."""
        return [sys.executable, "-m", module, json.dumps(asdict(self))]

    def counted(self) -> Profile:
        """Return what it counts."""
        return PROFILES[self.profile]

    def settings(self) -> Settings:
        """Return its settings: the defaults, apart from where things are."""
        return Settings.model_validate(self._tree())

    def settings_file(self) -> str:
        """Return the same as the text of a settings file."""
        sections = (
            "\n".join([f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in section.items())])
            for name, section in self._tree().items()
        )
        return "\n\n".join(sections) + "\n"

    def _tree(self) -> dict[str, dict[str, str | int]]:
        return {
            "kafka": {"bootstrap_servers": self.servers},
            "topics": {"prefix": self.prefix, "partitions": self.partitions},
            "tracker": {
                "app_id": self.app_id,
                "state_dir": self.state_dir,
                "host": "bench",
                "dedupe_window": self.counted().dedupe_ids,
            },
            "log": {"level": "warning", "format": "json"},
        }


@dataclass(frozen=True, slots=True)
class Run:
    """One measured run of any contestant. `cpu` seconds are of the whole process, `loop` of its main thread.

    Of one that was watched from outside: `peak` and `end` are resident MB of all its processes, `rows` the records of
    its changelog, and `outcome` is what it wrote.
    """

    events: int
    seconds: float
    cpu: float = 0.0
    loop: float = 0.0
    crossings: int | None = None
    commits: int = 0
    resident: list[tuple[float, float]] = field(default_factory=list)
    """Seconds since the start and resident MB, one at each commit, where asked for."""
    phases: dict[str, tuple[float, float]] = field(default_factory=dict)
    peak: float = 0.0
    end: float = 0.0
    rows: int = 0
    outcome: Outcome | None = None

    @property
    def rate(self) -> float:
        """Events per second."""
        return self.events / self.seconds

    @property
    def cpu_per_event(self) -> float:
        """Microseconds of CPU per event."""
        return self.cpu / self.events * 1e6

    def with_outcome(self, outcome: Outcome) -> Run:
        """Return the same run with what it wrote."""
        return replace(self, outcome=outcome)

    @classmethod
    def of(cls, result: dict[str, Any]) -> Run:
        """Read the JSON that a child wrote."""
        return cls(**result)
