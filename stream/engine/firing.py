"""Fires the due timers of one task, the earliest first, each on trial (engine rules 4 and 17)."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from schemas.errors import CairnError
from stream.engine.poison import Culprits
from stream.engine.processor import Fold
from stream.engine.rows import ROW_BYTES
from stream.engine.stores.store import StoreError
from stream.engine.timers import NEVER, Due, TimerRows
from stream.engine.view import View
from stream.runtime.metrics import TIMERS_DROPPED, TIMERS_FIRED

log = structlog.get_logger(__name__)


class Firing:
    """The timers of one task. One that breaks the fold is dropped: it would be due again for ever."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._timers: Sequence[TimerRows] = tuple(view.timers.values())
        self.culprits = Culprits("timers")

    @property
    def next_ms(self) -> int:
        """No timer is due before this (epoch ms); `NEVER` when there is none."""
        return min((each.next_ms for each in self._timers), default=NEVER)

    def turn(self, fold: Fold, now_ms: int, limit: int) -> int:
        """Fire what is due at `now_ms`, also what is scheduled meanwhile, up to `limit`; return how many were due.

        Raises:
            CairnError: POISONED, after more than ten in a row that broke the fold.
        """
        fired = 0
        while fired < limit and (found := self._earliest(now_ms)) is not None:
            timer, due = found
            timer.take(due)
            self._fire(fold, timer.timer.name, due, now_ms)
            fired += 1
        return fired

    def _earliest(self, now_ms: int) -> tuple[TimerRows, Due] | None:
        found = [(timer, due) for timer in self._timers if (due := timer.first(now_ms)) is not None]
        return min(found, key=_order, default=None)

    def _fire(self, fold: Fold, name: str, due: Due, now_ms: int) -> None:
        view = self._view
        savepoint = view.savepoint()
        try:
            fold.fire(name, due.key, due.due_ms, view, now_ms)
            largest = view.largest_in_trial()
            if largest >= ROW_BYTES:
                raise ValueError(f"a row of {largest} bytes is over the bound of {ROW_BYTES}")
        except (CairnError, StoreError):
            raise  # not the fault of a timer
        except Exception:
            view.rollback(savepoint)
            where = f"timer {name}, partition {view.partition}, due at {due.due_ms}"
            log.exception("timer_broke_the_fold", timer=name, partition=view.partition, due_ms=due.due_ms)
            self.culprits.add(where)
            view.count(TIMERS_DROPPED, 1, (name,))
        else:
            view.keep()
            self.culprits.acquit()
            view.count(TIMERS_FIRED, 1, (name,))


def _order(found: tuple[TimerRows, Due]) -> tuple[int, bytes]:
    _, due = found
    return due.due_ms, due.key
