"""Tells open pages of each change, by Server-Sent Events (HTML Living Standard section 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

_LOOK = 0.5
"""Seconds between two looks whether the server ends: an open stream would hold it up."""
_BEATS = 30
"""Looks between two comments that keep the connection alive: 15 s, as the standard advises."""


class News:
    """The version that pages should show. Used on one event loop."""

    def __init__(self, version: int) -> None:
        self._ended: Callable[[], bool] = lambda: False
        self._version = version
        self._changed = asyncio.Event()

    def follow(self, ended: Callable[[], bool]) -> None:
        """Take how to ask whether the server is about to end."""
        self._ended = ended

    def tell(self, version: int) -> None:
        """Let every open page know."""
        self._version = version
        self._changed.set()
        self._changed = asyncio.Event()

    async def stream(self) -> AsyncIterator[str]:
        """Yield the version now and each one to come, until the server ends."""
        told, beats = 0, 0
        while not self._ended():
            if told != self._version:
                told = self._version
                yield f"data: {told}\n\n"
            elif beats % _BEATS == 0:
                yield ": still here\n\n"
            beats += 1
            try:
                await asyncio.wait_for(self._changed.wait(), _LOOK)
            except TimeoutError:
                continue
