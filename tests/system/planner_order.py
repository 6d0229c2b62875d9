"""What a test asks of one process of the planner."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass

from tests.system.work_order import WorkOrder


@dataclass(frozen=True)
class PlannerOrder(WorkOrder):
    """Its settings are those of the section `planner`."""

    def command(self) -> list[str]:
        """The command line of a worker that does this."""
        return [sys.executable, "-m", "tests.system.planner_main", json.dumps(asdict(self))]
