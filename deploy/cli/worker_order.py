"""What the supervisor of `cairn run` asks of a worker, as its command line."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

from deploy.cli.role import Role


@dataclass(frozen=True)
class WorkerOrder:
    """What the parent asks of a worker. No secrets: everybody on the machine can read a command line."""

    config: str | None
    options: dict[str, Any]
    """Settings given as options, by dotted key."""
    role: Role = "tracker"

    def command(self) -> list[str]:
        """The command line of a worker that does this."""
        return [sys.executable, "-m", "deploy.cli.worker", json.dumps(asdict(self))]

    @classmethod
    def of(cls, text: str) -> WorkerOrder:
        """Read back what `command` wrote."""
        return cls(**json.loads(text))
