"""Looks whether a file was saved, and has everything read again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

EVERY = 0.3
"""Seconds between two looks: a few hundred files are asked for their time in a millisecond or two."""
_SETTLE = 0.05
"""Seconds in which a file must not change before it is read: editors empty a file, then write it."""


class Watched(Protocol):
    """What is looked at."""

    def fingerprint(self) -> object:
        """Return a value that differs when a file was saved, made or removed."""
        ...


async def watch(watched: Watched, seen: object, reload: Callable[[], None], tell: Callable[[], None]) -> None:
    """Look for ever; `reload` runs in a thread, then `tell` on the loop.

    Args:
        watched: the files.
        seen: their fingerprint when they were read last.
        reload: reads them again.
        tell: called after each time.
    """
    while True:
        await asyncio.sleep(EVERY)
        now = await asyncio.to_thread(watched.fingerprint)
        if now == seen:
            continue
        while True:
            await asyncio.sleep(_SETTLE)
            later = await asyncio.to_thread(watched.fingerprint)
            if later == now:
                break
            now = later
        seen = now
        try:
            await asyncio.to_thread(reload)
        except Exception:  # a fault of ours must not end the following: the next save may go well
            structlog.get_logger(__name__).exception("preview_not_read")
        tell()
