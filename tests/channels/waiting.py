"""Waiting on an event loop for what is to come, within bounds; `tests.system.waiting` is for tests without a loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE = 20.0
"""Seconds; what is waited for comes at once, or the test fails."""


async def eventually(look: Callable[[], object]) -> None:
    """Let the loop run until `look()` is true.

    Raises:
        TimeoutError: it was not, for `PATIENCE`.
    """
    async with asyncio.timeout(PATIENCE):
        while not look():
            await asyncio.sleep(0.001)
