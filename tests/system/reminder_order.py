"""What a test asks of one process of the reminder."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass

from tests.system.work_order import WorkOrder


@dataclass(frozen=True)
class ReminderOrder(WorkOrder):
    """`rules`: whether it reads a broadcast and waits for it."""

    rules: bool = False

    def command(self) -> list[str]:
        """The command line of a worker that does this."""
        return [sys.executable, "-m", "tests.system.reminder_main", json.dumps(asdict(self))]
