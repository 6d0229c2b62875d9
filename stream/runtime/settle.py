"""Ends a wait once, whoever comes first."""

from __future__ import annotations

import asyncio


def settle(future: asyncio.Future[None], error: BaseException | None) -> None:
    """Give the future its end: done, or this error. What comes behind the first is passed over. Call it on its loop."""
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
