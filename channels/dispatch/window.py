"""Which records of one partition are taken in and not finished, and what may be committed. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from channels.dispatch.marks import RUN_BYTES, Run, encode, most_bytes

MOST = 1_000
"""Records of a partition that may be taken in and not committed as finished: what a crash can repeat."""


class Mark(NamedTuple):
    """What to commit: the lowest unfinished offset, the finished ones beyond it, and how many finishes that covers."""

    offset: int
    metadata: str
    finishes: int


class Window:
    """Begins at the committed offset; `finished` are the runs beyond it that were finished before.

    Offsets that are never taken in (a transaction's markers, what was compacted away) count as finished.
    """

    def __init__(self, offset: int, finished: Iterable[Run] = ()) -> None:
        self.next = offset
        """The first offset not yet seen."""
        self._known = deque(finished)
        """Runs beyond `next`, or around it."""
        self._open: OrderedDict[int, None] = OrderedDict()
        self._uncommitted = 0
        self._moved = False

    def __len__(self) -> int:
        """How many are taken in and not finished."""
        return len(self._open)

    @property
    def room(self) -> int:
        """How many more may be taken in. A finished one makes room only once it is committed."""
        room = MOST - len(self._open) - self._uncommitted
        if not self._open:
            return room  # whatever lies beyond was written in this room before
        lowest = next(iter(self._open))
        end = max(self.next, self._known[-1].end if self._known else 0)
        # One more record is one more open offset and a span longer by one: 3 bytes hold it with rounding.
        used = most_bytes(len(self._open) + len(self._known), end - lowest)
        return min(room, (RUN_BYTES - used) // 3)

    def take(self, offset: int) -> bool:
        """See a record; False when it was finished before.

        Raises:
            ValueError: it lies before one that was seen.
        """
        if offset < self.next:
            raise ValueError(f"offset {offset} comes after {self.next - 1}")
        self.next = offset + 1
        while self._known and self._known[0].end <= offset:
            self._known.popleft()
        if self._known and self._known[0].start <= offset:
            self._moved = True
            return False
        self._open[offset] = None
        return True

    def finish(self, offset: int) -> None:
        """A record is done with, and all that was written for it is acknowledged."""
        del self._open[offset]
        self._uncommitted += 1
        self._moved = True

    def mark(self) -> Mark | None:
        """What is to be committed; None when that is committed, or on its way."""
        if not self._moved:
            return None
        self._moved = False
        offset = next(iter(self._open)) if self._open else self._after_known()
        return Mark(offset, encode(offset, self._runs(offset)), self._uncommitted)

    def committed(self, mark: Mark) -> None:
        """The mark is on the broker."""
        self._uncommitted -= mark.finishes

    def not_committed(self) -> None:
        """The mark did not come through: it is to be committed again."""
        self._moved = True

    def _after_known(self) -> int:
        """The lowest unfinished offset while none is open: a known run around `next` is passed over."""
        inside = self._known and self._known[0].start <= self.next < self._known[0].end
        return self._known[0].end if inside else self.next

    def _runs(self, offset: int) -> Iterator[Run]:
        """The finished runs beyond `offset`: between the open ones, then those known from before."""
        at = offset
        for each in self._open:
            if each > at:
                yield Run(at, each)
            at = each + 1
        ahead = [Run(max(run.start, self.next), run.end) for run in self._known if run.end > max(self.next, offset)]
        if ahead and ahead[0].start == self.next:
            yield Run(at, ahead.pop(0).end)
        elif at < self.next:
            yield Run(at, self.next)
        yield from ahead
