"""When to start a dead worker again: at once, unless it keeps dying before it has done anything."""

from dataclasses import dataclass

from stream.runtime.backoff import doubled
from stream.runtime.metrics import COMMIT_SECONDS, PORTAL_REQUESTS, REACTIONS_HANDLED, REACTIONS_SET_ASIDE, RECEIPTS
from stream.runtime.snapshot import Phase, Snapshot

_FIRST_DELAY = 0.5
_LONGEST_DELAY = 30.0
_SETTLED_SECONDS = 30.0
"""A worker that has waited so long for input, with nothing left unread, would have met what ended the ones before."""
_WORK = (COMMIT_SECONDS, RECEIPTS, REACTIONS_HANDLED, REACTIONS_SET_ASIDE, PORTAL_REQUESTS)
"""What counts only once work is done: by tracker and planner, dispatchers, reactions, the portal."""


@dataclass(slots=True)
class Restarts:
    """The failures of one worker in a row. Pure: what was heard of a process is an argument.

    How long a process lived says nothing: one that takes 20 s to start and dies at its first commit would be started
    again at once for ever.
    """

    failures: int = 0

    def delay(self, *, worked: bool) -> float:
        """Seconds to wait after a process that `worked`, or ended without: 0, 0.5, 1, 2, 4 ... 30 for failures in a
        row. The first after work is done is no habit yet.
        """
        self.failures = 1 if worked else self.failures + 1
        if self.failures == 1:
            return 0.0
        return doubled(_FIRST_DELAY, self.failures - 1, _LONGEST_DELAY)


def has_worked(seen: Snapshot, now: float) -> bool:
    """Whether a worker has done something by these figures: a commit, a receipt, a record handled, a page answered.

    Where nothing was left to do, that it has run for a while is as good. `now` is `time.monotonic()`.
    """
    if any(seen.counters.get(each.name) or seen.histograms.get(each.name) for each in _WORK):
        return True
    settled = seen.phase is Phase.RUNNING and now - seen.phase_since >= _SETTLED_SECONDS
    return settled and seen.broker_reachable and not any(lag.records for task in seen.tasks for lag in task.lag)
