"""The states of a task, and the only ways between them.

                 assigned
                    |
                    v
              +-----------+   caught up with the changelog    +---------+
        +---> | RESTORING | --------------------------------> | RUNNING |
        |     +-----------+                                   +---------+
        |           |   ^   commit unknown, or not stored          |  |
        |           |   +------------------------------------------+  |
        |           | revoked, lost, drained                          |
        |           v                                                 |
        |      +--------+                revoked, lost, drained       |
        |      | CLOSED | <-------------------------------------------+
        |      +--------+
        |
        +-- a task never leaves CLOSED: the next assignment makes a new one

A task that cannot go on (lost position, other partition count, newer row format) raises; the worker exits.
"""

from __future__ import annotations

from enum import StrEnum


class TaskState(StrEnum):
    """Where a task is in its life."""

    RESTORING = "restoring"
    RUNNING = "running"
    CLOSED = "closed"


TRANSITIONS: dict[TaskState, frozenset[TaskState]] = {
    TaskState.RESTORING: frozenset({TaskState.RUNNING, TaskState.CLOSED, TaskState.RESTORING}),
    TaskState.RUNNING: frozenset({TaskState.RESTORING, TaskState.CLOSED}),
    TaskState.CLOSED: frozenset(),
}


def move(state: TaskState, to: TaskState) -> TaskState:
    """Return `to`.

    Raises:
        ValueError: when the table has no way from `state` to `to`; a fault of the engine, never of the input.
    """
    if to not in TRANSITIONS[state]:
        raise ValueError(f"a task cannot go from {state} to {to}")
    return to
