"""What the log of a `cairn run` says of its workers. Pure: lines in, a picture of each worker out."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_TAIL = 12


@dataclass(slots=True)
class Crewman:
    """One worker as its parent's log shows it."""

    index: int
    pid: int | None = None
    """None while it is dead."""
    starts: int = 0
    owned: set[int] = field(default_factory=set)
    """Partitions that it was given."""
    ends: list[str] = field(default_factory=list)
    """How each of its processes ended: `sigkill`, `ok`."""

    @property
    def restarts(self) -> int:
        """How often it was started again."""
        return max(self.starts - 1, 0)


class CrewLog:
    """Reads the lines that a `cairn run` writes as JSON; other lines are only kept for the tail."""

    def __init__(self, each_line: Callable[[str], None] | None = None) -> None:
        """Begin with nothing; `each_line` is told of every whole line once it has been read here."""
        self.crew: dict[int, Crewman] = {}
        self.port: int | None = None
        """Of health and metrics, once they are served."""
        self.tail: deque[str] = deque(maxlen=_TAIL)
        self._each_line = each_line
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """The next bytes of the log."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for each in lines:
            text = each.decode("utf-8", "replace")
            self._line(text)
            if self._each_line:
                self._each_line(text)

    def _line(self, text: str) -> None:
        if text.strip():
            self.tail.append(text)
        try:
            said = json.loads(text)
        except ValueError:
            return
        if isinstance(said, dict):
            self._take(said)

    def _take(self, said: dict[str, Any]) -> None:
        event, index = said.get("event"), said.get("worker")
        if event == "listening":
            self.port = said["port"]
        if not isinstance(index, int):
            return
        man = self.crew.setdefault(index, Crewman(index))
        match event:
            case "worker_started":
                man.pid, man.starts = said["pid"], man.starts + 1
            case "worker_died" | "worker_stopped" | "worker_gave_up":
                man.pid = None
                man.owned.clear()
                man.ends.append(said["exit"])
            case "assigned":
                man.owned.update(said["partitions"])
            case "revoked" | "lost":
                man.owned.difference_update(said["partitions"])
