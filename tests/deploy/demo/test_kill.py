"""A killed worker is followed until what waited for it is counted."""

from __future__ import annotations

import pytest

from deploy.demo.crew_log import Crewman
from deploy.demo.kill import Kill, sigkill
from deploy.demo.soundings import Sounding


def followed(kill: Kill, asked_at: float, committed: int, end: int, pid: int | None) -> list[float | None]:
    """What waits, the new process, the seconds until it was back; all partitions but the first are another's."""
    kill.follow(Sounding(asked_at, {0: committed, 1: 50}, {0: end, 1: 90}, {}), pid, asked_at + 1)
    return [kill.waiting, kill.new_pid, kill.back_after]


def test_it_is_back_when_all_that_waited_is_counted() -> None:
    """By another process, and of its own partitions; what was asked before the kill says nothing of it."""
    kill = Kill(worker=1, pid=10, at=5, partitions=frozenset({0}))
    assert followed(kill, 5, 3, 9, None) == [None, None, None]
    assert followed(kill, 6, 3, 9, None) == [6, None, None]
    assert followed(kill, 7, 9, 9, 10) == [6, None, None]
    assert followed(kill, 8, 8, 12, 11) == [6, 11, None]
    assert followed(kill, 9, 9, 12, 11) == [6, 11, 5]
    assert followed(kill, 10, 12, 12, 12) == [6, 11, 5]


def test_what_does_not_run_is_not_killed() -> None:
    with pytest.raises(ValueError, match="worker 1 does not run"):
        sigkill(Crewman(1))
