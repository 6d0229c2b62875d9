"""Fires the due timers of one task, the earliest first, each on trial (engine rules 4 and 17).

Many are tried together, as records are: a trial remembers rows and looks at their sizes, which costs more than many a
timer. When one of them breaks the fold all are taken back and fired again, each on its own trial, and the culprit is
dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import structlog

from schemas.errors import CairnError
from stream.engine.poison import Culprits
from stream.engine.processor import FiresTogether, Fold
from stream.engine.rows import check_size
from stream.engine.stores.store import StoreError
from stream.engine.timers import NEVER, Due, TimerRows
from stream.engine.view import View
from stream.runtime.metrics import TIMERS_DROPPED, TIMERS_FIRED

log = structlog.get_logger(__name__)


TOGETHER = 50
"""Timers on one trial. Enough of them share its price, and what they touch still fits a core's cache: 200 and 1,000
were no faster. One culprit has so many done again."""


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
            CairnError: POISONED, as `stream.engine.poison` says.
        """
        fired = 0
        while fired < limit:
            count = self._together(fold, now_ms, min(TOGETHER, limit - fired))
            if not count:
                break
            fired += count
        return fired

    def _together(self, fold: Fold, now_ms: int, limit: int) -> int:
        """Fire up to `limit` timers on one trial; return how many. No key has two: the first may schedule another."""
        view = self._view
        savepoint = view.savepoint()
        batch = self._take(now_ms, limit)
        try:
            for name, run in groupby(batch, _name):
                dues = [(due.key, due.due_ms) for _, due in run]
                if isinstance(fold, FiresTogether):
                    fold.fire_together(name, dues, view, now_ms)
                else:
                    for key, due_ms in dues:
                        fold.fire(name, key, due_ms, view, now_ms)
                view.count(TIMERS_FIRED, len(dues), (name,))
            check_size(view.largest_in_trial())
        except (CairnError, StoreError):
            raise  # not the fault of a timer
        except Exception:
            view.rollback(savepoint)
            return sum(self._singly(fold, now_ms) for _ in batch)
        view.keep()
        if batch:
            self.culprits.acquit()
        return len(batch)

    def _take(self, now_ms: int, limit: int) -> list[tuple[TimerRows, Due]]:
        """Take the earliest timers that are due, each of another key."""
        if len(self._timers) == 1:
            timer = self._timers[0]
            return [(timer, due) for due in timer.take_due(now_ms, limit)]
        keys: set[bytes] = set()
        batch: list[tuple[TimerRows, Due]] = []
        while len(batch) < limit and (found := self._earliest(now_ms)) is not None:
            timer, due = found
            if due.key in keys:
                break
            keys.add(due.key)
            timer.take(due)
            batch.append(found)
        return batch

    def _singly(self, fold: Fold, now_ms: int) -> bool:
        """Fire one timer on a trial of its own; False if none is due."""
        found = self._earliest(now_ms)
        if found is None:
            return False
        timer, due = found
        timer.take(due)
        self._fire(fold, timer.timer.name, due, now_ms)
        return True

    def _earliest(self, now_ms: int) -> tuple[TimerRows, Due] | None:
        if len(self._timers) == 1:
            due = self._timers[0].first(now_ms)
            return None if due is None else (self._timers[0], due)
        found = [(timer, due) for timer in self._timers if (due := timer.first(now_ms)) is not None]
        return min(found, key=_order, default=None)

    def _fire(self, fold: Fold, name: str, due: Due, now_ms: int) -> None:
        view = self._view
        savepoint = view.savepoint()
        try:
            fold.fire(name, due.key, due.due_ms, view, now_ms)
            check_size(view.largest_in_trial())
        except (CairnError, StoreError):
            raise  # not the fault of a timer
        except Exception:
            view.rollback(savepoint)
            where = f"timer {name}, partition {view.partition}, due at {due.due_ms}"
            log.exception("timer_broke_the_fold", timer=name, partition=view.partition, due_ms=due.due_ms)
            self.culprits.add(due.key, where)
            view.count(TIMERS_DROPPED, 1, (name,))
        else:
            view.keep()
            self.culprits.acquit()
            view.count(TIMERS_FIRED, 1, (name,))


def _name(found: tuple[TimerRows, Due]) -> str:
    timer, _ = found
    return timer.timer.name


def _order(found: tuple[TimerRows, Due]) -> tuple[int, bytes]:
    _, due = found
    return due.due_ms, due.key
