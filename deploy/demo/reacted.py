"""What the reaction did, by its own words in the log of its role. Pure: bytes in, figures out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from deploy.demo.crew_log import CrewLog, Crewman

_HANDLED = re.compile(r"handled (\S+): \S+ reached [a-z0-9-]+")
"""A whole line of what `reaction.py` prints. One that a kill tore in two runs on in what the supervisor writes, and
counts for nothing: that crossing is handled again."""


@dataclass(frozen=True, slots=True)
class Reactions:
    """How it stands: crossings against what the reaction handled."""

    crossings: int = 0
    handled: int = 0
    """Different crossings."""
    again: int = 0
    """How often one of them was handled once more."""
    missing: tuple[str, ...] = ()
    """Ids of crossings that it has not handled."""
    strange: tuple[str, ...] = ()
    """Ids that it handled and that no read_committed reader has seen: of an aborted transaction."""
    killed: int | None = None
    """The process that was killed, and the one after it, once that has handled something."""
    back: int | None = None


class Reacted:
    """Reads the log on."""

    def __init__(self) -> None:
        self.killed: int | None = None
        """The process that was killed last, and the one after it, once that has handled something."""
        self.back: int | None = None
        self._times: Counter[str] = Counter()
        self._log = CrewLog(self._line)

    def struck(self, pid: int) -> None:
        """Note that its process was killed."""
        self.killed, self.back = pid, None

    def feed(self, data: bytes) -> None:
        """The next bytes of the log."""
        self._log.feed(data)

    def _line(self, text: str) -> None:
        if said := _HANDLED.fullmatch(text):
            self._times[said[1]] += 1
            pid = self.worker.pid if self.worker else None
            if pid is not None and self.killed not in (None, pid):
                self.back = pid

    @property
    def worker(self) -> Crewman | None:
        """Its one worker, once its supervisor has told of it."""
        return self._log.crew.get(0)

    @property
    def running(self) -> bool:
        """Whether its worker has a process."""
        return self.worker is not None and self.worker.pid is not None

    @property
    def handled(self) -> int:
        """How many different crossings it handled."""
        return len(self._times)

    @property
    def again(self) -> int:
        """How often it handled one once more."""
        return self._times.total() - len(self._times)

    def against(self, crossings: Collection[str]) -> Reactions:
        """Compare with the ids of the crossings that were seen. Right only when nothing is on its way."""
        seen = {*crossings}
        return Reactions(
            crossings=len(seen),
            handled=len(self._times),
            again=self.again,
            missing=tuple(each for each in crossings if each not in self._times),
            strange=tuple(each for each in self._times if each not in seen),
            killed=self.killed,
            back=self.back,
        )
