"""A local store that cannot be read, with the task that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stream.engine.stores.store import StoreError
from stream.engine.task import Task


class DamagedError(Exception):
    """The local store of `task` cannot be read: abort, and let its changelog fill a new one."""

    def __init__(self, task: Task, damage: StoreError) -> None:
        super().__init__(str(damage))
        self.task = task
        self.damage = damage


@contextmanager
def store_of(task: Task) -> Iterator[None]:
    """Say whose store it is that raises inside.

    Raises:
        DamagedError: instead of `StoreError`.
    """
    try:
        yield
    except StoreError as damage:
        raise DamagedError(task, damage) from damage
