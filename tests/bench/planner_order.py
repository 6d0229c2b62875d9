"""What the harness asks of a planner's worker, and what comes back."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from stream.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class PlannerOrder:
    """One worker on slot 0, until it has decided on all `crossings`."""

    servers: str
    prefix: str
    app_id: str
    partitions: int
    state_dir: str
    crossings: int

    def command(self) -> list[str]:
        """Return the command line of the process that takes this order."""
        return [sys.executable, "-m", "tests.bench.planner_worker", json.dumps(asdict(self))]

    def settings(self) -> Settings:
        """Return its settings: the defaults, apart from where things are."""
        return Settings.model_validate(
            {
                "kafka": {"bootstrap_servers": self.servers},
                "topics": {"prefix": self.prefix, "partitions": self.partitions},
                "planner": {"app_id": self.app_id, "state_dir": Path(self.state_dir), "host": "bench"},
                "log": {"level": "warning", "format": "json"},
            }
        )


@dataclass(frozen=True, slots=True)
class PlannerRun:
    """One measured run. `cpu` seconds are of the whole process, `loop` of its main thread."""

    crossings: int
    decisions: int
    deliveries: int
    seconds: float
    cpu: float
    loop: float
    commits: int

    @property
    def rate(self) -> float:
        """Crossings per second."""
        return self.crossings / self.seconds

    @property
    def cpu_per_crossing(self) -> float:
        """Microseconds of CPU per crossing."""
        return self.cpu / self.crossings * 1e6
