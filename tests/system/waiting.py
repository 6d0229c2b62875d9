"""Waiting for something that can be observed, with a bound; never for time to pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")

LOOK_EVERY = 0.05


def until(look: Callable[[], Seen], *, within: float, what: str) -> Seen:
    """Look again and again until `look()` returns something true, and return that.

    Raises:
        AssertionError: it did not come `within` seconds; the last thing seen is in the message.
    """
    deadline = time.monotonic() + within
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {within:g} s: {what}; last seen: {seen!r}")
        time.sleep(LOOK_EVERY)
