"""The states of a task, and the only ways between them.

                          assigned
                             |
                             v
    not yet            +-----------+       nothing to load
    +------------------| RESTORING |-------------------------+
    |                  +-----------+                         |
    v                        | tables to load                v
    +---------+              v                          +---------+
    | WAITING |------> +-------------+ tables loaded    | RUNNING |
    +---------+ begins | CATCHING_UP |----------------->+---------+
         |             +-------------+                       ^
         |                     begins, nothing to load       |
         +---------------------------------------------------+

    from each of the four:  commit unknown, or not stored  -> RESTORING
                            the fold says: not yet         -> WAITING
                            revoked, lost, drained         -> CLOSED

What is read: the changelog when RESTORING, nothing when WAITING, table inputs when CATCHING_UP, every input when
RUNNING. A task never leaves CLOSED: the next assignment makes a new one. A task that cannot go on (lost position, other
partition count, newer row format) raises; the worker exits.
"""

from __future__ import annotations

from enum import StrEnum


class TaskState(StrEnum):
    """Where a task is in its life."""

    RESTORING = "restoring"
    WAITING = "waiting"
    """The broadcast does not hold yet what its state needs (engine rule 19)."""
    CATCHING_UP = "catching_up"
    """Loading tables: they are read to the end seen at assignment, the lead stands still (engine rule 18)."""
    RUNNING = "running"
    CLOSED = "closed"


_FROM_ALL = frozenset({TaskState.RESTORING, TaskState.WAITING, TaskState.CLOSED})
TRANSITIONS: dict[TaskState, frozenset[TaskState]] = {
    TaskState.RESTORING: _FROM_ALL | {TaskState.CATCHING_UP, TaskState.RUNNING},
    TaskState.WAITING: _FROM_ALL | {TaskState.CATCHING_UP, TaskState.RUNNING},
    TaskState.CATCHING_UP: _FROM_ALL | {TaskState.RUNNING},
    TaskState.RUNNING: _FROM_ALL,
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
