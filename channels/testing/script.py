"""What a counterpart answers next, as a test or the demo has written it: one mechanism for SMTP and HTTP."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Hashable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum


class Drop(Enum):
    """When the connection is dropped instead of answering. Where nothing is ever kept, both are the same."""

    BEFORE = "before the message is kept"
    AFTER = "after the message is kept: the client cannot know that it was"


class Gate:
    """Holds an answer back until the test opens it, so that what is in flight can be looked at without sleeping.

    `open` may be called from any thread, any number of times. An open gate lets everybody pass.
    """

    def __init__(self) -> None:
        self._reached: Future[None] = Future()
        self._opened: Future[None] = Future()

    def open(self) -> None:
        """Let those who wait pass, and all who come later."""
        _finish(self._opened)

    async def reached(self) -> None:
        """Return once the first request waits at the gate, or has passed it."""
        await _shared(self._reached)

    async def passed(self) -> None:
        """Say that somebody is here; return once the gate is open."""
        _finish(self._reached)
        await _shared(self._opened)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Each field left out is as the counterpart itself would have it.

    `status` is an SMTP reply code or an HTTP status. Under 300 the message is kept, from 300 on it is refused; a kept
    message must still pass the counterpart's own checks. `text` follows an SMTP code, or is the body of an HTTP refusal
    (JSON or HTML by its first character). `headers` are for HTTP. `delay` is in seconds; `gate` is passed after it.
    """

    status: int | None = None
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    gate: Gate | None = None
    drop: Drop | None = None

    @property
    def refusal(self) -> int | None:
        """The status, if it is one that refuses; else None."""
        return self.status if self.status is not None and self.status >= 300 else None

    async def wait(self) -> None:
        """Return when the time to answer has come."""
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.gate is not None:
            await self.gate.passed()


class Script:
    """Answers in the order in which they are to be given, for each place of a counterpart where something is asked.

    A place is any hashable value. `add` and `keep` may be called from any thread.
    """

    def __init__(self) -> None:
        self._next: defaultdict[Hashable, deque[Answer]] = defaultdict(deque)
        self._standing: dict[Hashable, Answer] = {}

    def add(self, place: Hashable, *answers: Answer) -> None:
        """Give these answers, once each, before anything else at that place."""
        self._next[place].extend(answers)

    def keep(self, place: Hashable, answer: Answer) -> None:
        """Give this answer whenever none was added, until another one is kept; `Answer()` ends it."""
        self._standing[place] = answer

    def take(self, *places: Hashable) -> Answer:
        """The answer for a request that is at all of these places: those added first, then those kept, and the first
        place before the others, so name the narrowest first. `Answer()` when nothing was written for any.
        """
        for place in places:
            if waiting := self._next.get(place):
                return waiting.popleft()
        return next((self._standing[place] for place in places if place in self._standing), Answer())


def _finish(future: "Future[None]") -> None:
    if not future.done():
        future.set_result(None)


async def _shared(future: "Future[None]") -> None:
    # Unshielded, one client that hangs up would cancel the gate for everybody else.
    await asyncio.shield(asyncio.wrap_future(future))
