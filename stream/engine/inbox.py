"""What a task with several inputs has received and not yet processed. Pure: the client is somebody else's business.

Among buffered inputs the lower record timestamp goes first, ties in the order of the topology, and each input keeps its
own order. An input that has nothing buffered may yet have an older record on the way: the others wait for it, unless
it is known to be at its end (engine rule 18). Nobody waits there: it may be silent for a year.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence

from schemas.record import Record

Run = tuple[str, Sequence[Record]]
"""Records of one input that are processed together."""

LIMIT = 10_000
"""Records buffered of one input (about 5 MB); then the client is asked for no more of them."""


class Inbox:
    """The buffers of one task; `topics` are its inputs in the order of the topology."""

    def __init__(self, topics: Iterable[str]) -> None:
        self._buffers: dict[str, deque[Record]] = {topic: deque() for topic in topics}
        self._received: dict[str, int] = dict.fromkeys(self._buffers, 0)
        self._ended: set[str] = set()

    @property
    def holding(self) -> bool:
        """Whether anything is buffered."""
        return any(self._buffers.values())

    @property
    def unknown(self) -> list[str]:
        """The inputs with nothing buffered that are not known to be at their end: somebody should look."""
        return [topic for topic, buffer in self._buffers.items() if not buffer and topic not in self._ended]

    def buffered(self, topic: str) -> int:
        """How many records of an input wait."""
        return len(self._buffers[topic])

    def passes(self, topic: str) -> bool:
        """Whether a batch of `topic` need not be buffered: nothing else is, and all others are at their end."""
        return not self.holding and len(self._ended | {topic}) == len(self._buffers)

    def passed(self, topic: str, last: Record) -> None:
        """A batch up to `last` was processed at once."""
        self._ended.discard(topic)
        self._received[topic] = last.offset() + 1

    def add(self, topic: str, records: Sequence[Record]) -> None:
        """Buffer records; the end of their input is further on than was known."""
        self._buffers[topic].extend(records)
        self.passed(topic, records[-1])

    def end(self, topic: str, offset: int) -> None:
        """The input ends before `offset`; if that is behind what was received, it is old news."""
        if offset >= self._received[topic]:
            self._ended.add(topic)

    def take(self, among: Collection[str]) -> list[Run]:
        """Take what may be processed now, in order. Only the inputs `among` take part, and only they are waited for."""
        runs: list[Run] = []
        buffers = {topic: buffer for topic, buffer in self._buffers.items() if topic in among}
        while all(buffer or topic in self._ended for topic, buffer in buffers.items()):
            heads = [(_stamp(buffer[0]), topic) for topic, buffer in buffers.items() if buffer]
            if not heads:
                break
            first = min(heads, key=_at)[1]
            runs.append((first, self._run(first, heads)))
        return runs

    def clear(self) -> None:
        """Forget everything: it comes again from the position."""
        for buffer in self._buffers.values():
            buffer.clear()
        self._received = dict.fromkeys(self._buffers, 0)
        self._ended.clear()

    def _run(self, topic: str, heads: Sequence[tuple[int, str]]) -> list[Record]:
        """Take records of `topic` while they are the next ones: ties go to what the topology names first."""
        names = [name for _, name in heads]
        own = names.index(topic)
        bounds = [at if place < own else at + 1 for place, (at, _) in enumerate(heads) if place != own]
        below = min(bounds, default=None)
        buffer = self._buffers[topic]
        run = []
        while buffer and (below is None or _stamp(buffer[0]) < below):
            run.append(buffer.popleft())
        return run


def _stamp(record: Record) -> int:
    return record.timestamp()[1]


def _at(head: tuple[int, str]) -> int:
    return head[0]
