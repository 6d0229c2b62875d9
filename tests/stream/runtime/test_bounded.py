"""A call that never comes back is left behind."""

from __future__ import annotations

import threading

import pytest

from stream.runtime.bounded import OverdueError, bounded


def test_what_a_call_says_is_handed_on() -> None:
    """Its answer, None too, or its failure."""

    def refuse() -> None:
        raise BufferError("full")

    assert bounded(lambda: 7, 5.0) == 7
    assert bounded(lambda: None, 5.0) is None
    with pytest.raises(BufferError, match="full"):
        bounded(refuse, 5.0)


def test_a_call_that_does_not_come_back_is_left_behind() -> None:
    """Mutation: call it in this thread, and the worker stands until it is killed."""
    over = threading.Event()
    try:
        with pytest.raises(OverdueError):
            bounded(over.wait, 0.01)
    finally:
        over.set()
