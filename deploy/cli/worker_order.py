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
    modules: tuple[str, ...] = ()
    """A user's modules, for reactions."""

    def command(self) -> list[str]:
        """The command line of a worker that does this."""
        # -P: a user's modules come last on the path, so that none of them stands in for one of ours.
        safe = ["-P"] if self.role == "reactions" else []
        return [sys.executable, *safe, "-m", "deploy.cli.worker", json.dumps(asdict(self))]

    @classmethod
    def of(cls, text: str) -> WorkerOrder:
        """Read back what `command` wrote."""
        said = json.loads(text)
        return cls(**said | {"modules": tuple(said["modules"])})
