"""How far a long command has come, told now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deploy.cli.output import Output

_EVERY = 2.0
"""Seconds between two remarks: a command that is quicker says nothing."""
_LOOK_EVERY = 256
"""Steps between two looks at the clock."""


class Ticker:
    """Tells `words(step)` on standard error every two seconds."""

    def __init__(self, out: Output, words: Callable[[int], str]) -> None:
        self._out = out
        self._words = words
        self._step = 0
        self._told = time.monotonic()

    def step(self) -> None:
        """One step further."""
        self._step += 1
        if self._step % _LOOK_EVERY:
            return
        now = time.monotonic()
        if now - self._told >= _EVERY:
            self._told = now
            self._out.note(self._words(self._step))
