"""Crossings that keep coming, in transactions of which some are aborted."""

from __future__ import annotations

import itertools
import threading
from types import TracebackType
from typing import Self

from tests.system.reactions_rig import ReactionsRig

IN_ONE = 5
"""Crossings of one transaction."""
ABORTED = 4
"""Every so many-th transaction is aborted."""
PEOPLE = 40


class Traffic:
    """Writes from a thread of its own while it is open, `rate` crossings a second."""

    def __init__(self, rig: ReactionsRig, rate: float) -> None:
        self.committed: list[str] = []
        self.aborted: list[str] = []
        self._rig, self._every = rig, IN_ONE / rate
        self._over = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="traffic", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        if error is None and self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            for number in itertools.count(1):
                if self._over.is_set():
                    return
                contacts = [f"c-{(number * IN_ONE + each) % PEOPLE}" for each in range(IN_ONE)]
                commit = number % ABORTED != 0
                ids = self._rig.cross(contacts, occurrence=number, commit=commit)
                (self.committed if commit else self.aborted).extend(ids)
                self._over.wait(self._every)
        except BaseException as failure:
            self._failure = failure
