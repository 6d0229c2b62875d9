"""A task goes only the ways of the diagram."""

from __future__ import annotations

from itertools import product

import pytest

from stream.engine import states
from stream.engine.states import TRANSITIONS, TaskState, move

OPEN = (TaskState.RESTORING, TaskState.WAITING, TaskState.CATCHING_UP, TaskState.RUNNING)
WAYS = {
    *product(OPEN, (TaskState.RESTORING, TaskState.WAITING, TaskState.CLOSED)),
    (TaskState.RESTORING, TaskState.CATCHING_UP),
    (TaskState.RESTORING, TaskState.RUNNING),
    (TaskState.WAITING, TaskState.CATCHING_UP),
    (TaskState.WAITING, TaskState.RUNNING),
    (TaskState.CATCHING_UP, TaskState.RUNNING),
}


@pytest.mark.parametrize(("origin", "to"), sorted(product(TaskState, TaskState)))
def test_there_are_these_ways_and_no_other(origin: TaskState, to: TaskState) -> None:
    """Nothing leaves CLOSED, nothing starts RUNNING twice, and what has run never loads its tables again."""
    if (origin, to) in WAYS:
        assert move(origin, to) is to
    else:
        with pytest.raises(ValueError, match=f"cannot go from {origin} to {to}"):
            move(origin, to)


def test_the_table_and_the_diagram_name_every_state() -> None:
    """A state that is added must be drawn, and must say where it leads."""
    assert TRANSITIONS.keys() == set(TaskState)
    assert states.__doc__ is not None
    assert all(state.name in states.__doc__ for state in TaskState)
