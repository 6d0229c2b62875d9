"""Crossings that keep coming, in transactions of which some are aborted."""

from __future__ import annotations

import itertools

from tests.chaos.background import Background
from tests.system.reactions_rig import ReactionsRig

IN_ONE = 5
"""Crossings of one transaction."""
ABORTED = 4
"""Every so many-th transaction is aborted."""
PEOPLE = 40


class Traffic(Background):
    """Writes from a thread of its own while it is open, `rate` crossings a second."""

    def __init__(self, rig: ReactionsRig, rate: float) -> None:
        super().__init__("traffic")
        self.committed: list[str] = []
        self.aborted: list[str] = []
        self._rig, self._every = rig, IN_ONE / rate

    def _work(self) -> None:
        for number in itertools.count(1):
            if self._over.is_set():
                return
            contacts = [f"c-{(number * IN_ONE + each) % PEOPLE}" for each in range(IN_ONE)]
            commit = number % ABORTED != 0
            ids = self._rig.cross(contacts, occurrence=number, commit=commit)
            (self.committed if commit else self.aborted).extend(ids)
            self._over.wait(self._every)
