"""The workers as the tracker's log tells of them."""

from __future__ import annotations

import json
from typing import Any

from deploy.demo.crew_log import CrewLog


def said(event: str, **fields: Any) -> bytes:
    return json.dumps({"event": event, **fields}).encode() + b"\n"


def test_a_worker_is_followed_through_its_death() -> None:
    """Process id, partitions and restarts are those of the process that runs now."""
    log = CrewLog()
    log.feed(said("worker_started", worker=1, pid=10) + said("assigned", worker=1, partitions=[0, 2]))
    assert (log.crew[1].pid, log.crew[1].owned, log.crew[1].restarts) == (10, {0, 2}, 0)
    log.feed(said("worker_died", worker=1, exit="sigkill"))
    assert (log.crew[1].pid, log.crew[1].owned, log.crew[1].ends) == (None, set(), ["sigkill"])
    log.feed(said("worker_started", worker=1, pid=11))
    assert (log.crew[1].pid, log.crew[1].restarts) == (11, 1)


def test_partitions_come_and_go() -> None:
    """Revoked and lost ones are not owned."""
    log = CrewLog()
    log.feed(said("assigned", worker=0, partitions=[0, 1, 2, 3]))
    log.feed(said("revoked", worker=0, partitions=[1]) + said("lost", worker=0, partitions=[3]))
    assert log.crew[0].owned == {0, 2}


def test_lines_in_pieces_and_lines_of_others() -> None:
    """A line is read when it is whole; what is no JSON is kept for the last words."""
    log = CrewLog()
    line = said("listening", port=4711)
    log.feed(line[:9])
    assert not log.tail
    log.feed(line[9:] + b"Traceback\n[1, 2]\n")
    assert log.port == 4711
    assert [*log.tail][1:] == ["Traceback", "[1, 2]"]


def test_whole_lines_are_passed_on() -> None:
    """Whoever listens knows what the log said up to there."""
    heard: list[tuple[str, int | None]] = []
    log = CrewLog(lambda line: heard.append((line, log.crew[0].pid)))
    line = said("worker_started", worker=0, pid=10)
    log.feed(line[:9])
    assert heard == []
    log.feed(line[9:] + b"hello\n" + said("worker_died", worker=0, exit="ok") + b"half")
    assert [pid for _, pid in heard] == [10, 10, None]
    assert heard[1][0] == "hello"
