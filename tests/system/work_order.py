"""What a test asks of one worker process, as it stands on that process's command line."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class WorkOrder:
    """Everything a worker needs: settings by dotted key, and what shall go wrong."""

    options: dict[str, Any]
    log: str
    reads: tuple[int, ...] = (1,)
    """Row formats that this worker's release reads ..."""
    writes: int = 1
    """... and the one that it writes."""
    mischief: dict[str, Any] = field(default_factory=dict)
    """Arguments of `Mischief`."""

    def command(self) -> list[str]:
        """The command line of a worker that does this."""
        return [sys.executable, "-m", "tests.system.worker_main", json.dumps(asdict(self))]

    @classmethod
    def of(cls, text: str) -> Self:
        """Read back what `command` wrote."""
        return cls(**json.loads(text))
