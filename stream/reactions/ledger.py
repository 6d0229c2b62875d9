"""Which records of an assignment are unfinished, and so how far each partition may be committed. Pure.

Faust's own book-keeping commits past a record in progress (its issue 606) and believes a commit that failed (316);
this one takes its place. One assignment is an epoch: what an older one knew is forgotten with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Partition(NamedTuple):
    """One partition of one topic; equal to Faust's own tuple of the same two."""

    topic: str
    partition: int


@dataclass(slots=True)
class _Book:
    """`next`: the offset after the last record taken in; `unfinished`: those before it that are not done."""

    next: int
    committed: int
    unfinished: set[int] = field(default_factory=set)

    @property
    def lowest(self) -> int:
        return min(self.unfinished, default=self.next)


class Ledger:
    """One thread writes. `epoch` names the assignment; None while there is none."""

    def __init__(self) -> None:
        self.epoch: int | None = None
        self._books: dict[tuple[str, int], _Book] = {}

    def open(self, epoch: int, starts: Mapping[tuple[str, int], int]) -> None:
        """Begin an assignment: the partitions, each with the offset at which it is read on, which is committed."""
        self.epoch = epoch
        self._books = {each: _Book(start, start) for each, start in starts.items()}

    def close(self) -> None:
        """The assignment is over: whatever is unfinished belongs to somebody else."""
        self.epoch, self._books = None, {}

    def take(self, at: tuple[str, int], offset: int) -> bool:
        """Take a record in; False when it is not this assignment's, or was taken in already."""
        book = self._books.get(at)
        if book is None or offset < book.next:
            return False
        book.next = offset + 1
        book.unfinished.add(offset)
        return True

    def finish(self, epoch: int | None, at: tuple[str, int], offset: int) -> None:
        """A record is done; one of an older epoch says nothing any more."""
        if epoch == self.epoch and (book := self._books.get(at)) is not None:
            book.unfinished.discard(offset)

    def due(self) -> dict[tuple[str, int], int]:
        """The offsets to commit: the lowest unfinished of each partition that moved since its last commit."""
        return {at: book.lowest for at, book in self._books.items() if book.lowest > book.committed}

    def committed(self, epoch: int | None, offsets: Mapping[tuple[str, int], int]) -> None:
        """The group knows these offsets now. Called after a commit that succeeded, and only then."""
        if epoch != self.epoch:
            return
        for at, offset in offsets.items():
            if (book := self._books.get(at)) is not None:
                book.committed = max(book.committed, offset)

    def unfinished(self) -> dict[tuple[str, int], int]:
        """How many records of each partition are taken in and not done."""
        return {at: len(book.unfinished) for at, book in self._books.items()}
