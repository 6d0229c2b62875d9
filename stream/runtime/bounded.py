"""Calls into the client that may never come back, within a bound.

librdkafka 2.16 has two that forget their timeout when the broker was away: `send_offsets_to_transaction` (a worker
hung in it until it was killed, 32 s and more with a bound of 15 s, in 6 of 26 outages) and `consumer_close` (its issue
3740). Neither can be called off, only left behind.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


class OverdueError(Exception):
    """The call has not come back; it may still, or never."""


def bounded(call: Callable[[], Answer], seconds: float) -> Answer:
    """Return what `call` returns, or raise what it raises, if it does so within `seconds`.

    It runs in a thread of its own, some 0.1 ms for calls that come ten times a second. One that is left behind keeps
    what it uses: no destructor waits for it, and the process may end.

    Raises:
        OverdueError: it did not.
    """
    answers: list[Answer] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(call())
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=run, name="bounded-call", daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise failures[0]
    if not answers:
        raise OverdueError(f"no answer after {seconds:.0f} s")
    return answers[0]
