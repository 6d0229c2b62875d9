"""What a test asks of one process of a dispatcher, and what its sender shall do."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass

from tests.system.work_order import WorkOrder


@dataclass(frozen=True)
class DispatchOrder(WorkOrder):
    """`journal` gets a line for each request; the files in `switches` say what the sender does (see `Scripted`)."""

    journal: str = ""
    switches: str = ""

    def command(self) -> list[str]:
        """The command line of a worker that does this."""
        return [sys.executable, "-m", "tests.system.dispatch_main", json.dumps(asdict(self))]
