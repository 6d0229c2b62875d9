"""What goes on beside a play: work in a thread of its own, whose failure is the play's."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Background(ABC):
    """Works in a thread of its own while it is open. What the work raises comes out when it is closed."""

    def __init__(self, name: str) -> None:
        self._over = threading.Event()
        """Set when the work has to end."""
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._ended()
        if error is None:
            self._check()

    @abstractmethod
    def _work(self) -> None:
        """Go on until `_over` is set, or there is nothing left to do."""

    def _ended(self) -> None:  # noqa: B027 - most hold nothing
        """The thread has ended: let go of what it used."""

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as failure:
            self._failure = failure
