"""Where the loop's time goes, by the public seams of the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from confluent_kafka import Consumer

import stream.run
from stream.engine.rows import Rows
from stream.engine.task import Task
from stream.engine.transaction import Transactions
from stream.tracker.fold import TrackerFold
from tests.bench.seams import wrap
from tests.bench.stopwatch import Instant, now

REST = "the rest of the loop"

SEAMS: tuple[tuple[str, Any, str], ...] = (
    ("decode", TrackerFold, "decode"),
    ("read rows", Rows, "claim"),
    ("fold", TrackerFold, "fold"),
    ("encode rows", Task, "changes"),
    ("produce", Transactions, "produce"),
    ("produce", Transactions, "produce_many"),
    ("commit", Transactions, "commit"),
    ("store", Task, "stored"),
)
"""Phase, class, method. A phase inside another one is not counted in the outer one."""
ORDER = tuple(dict.fromkeys(("consume", *(phase for phase, _, _ in SEAMS), REST)))


class Phases:
    """Seconds of each phase on the thread that runs the loop, wall and CPU."""

    def __init__(self, clock: Callable[[], Instant] = now) -> None:
        self._clock = clock
        self._stack: list[str] = [REST]
        self._since = clock()
        self._seconds: dict[str, tuple[float, float]] = {}

    def timed(self, phase: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Return a wrapper that books a method's time on `phase`."""

        def wrapper(method: Callable[..., Any]) -> Callable[..., Any]:
            def wrapped(*arguments: Any, **options: Any) -> Any:
                self._book()
                self._stack.append(phase)
                try:
                    return method(*arguments, **options)
                finally:
                    self._book()
                    self._stack.pop()

            return wrapped

        return wrapper

    def reset(self) -> None:
        """Begin anew: what was booked so far was warm-up."""
        self._since = self._clock()
        self._seconds = {}

    def seconds(self) -> dict[str, tuple[float, float]]:
        """Return (wall, CPU) seconds by phase since the last reset."""
        self._book()
        return {phase: self._seconds[phase] for phase in ORDER if phase in self._seconds}

    def install(self) -> None:
        """Wrap the seams in this process."""
        for phase, owner, method in SEAMS:
            wrap(owner, method, self.timed(phase))
        # A method of a C type cannot be replaced, but the worker's maker takes any consumer that is one.
        consumer = type("TimedConsumer", (Consumer,), {"consume": self.timed("consume")(Consumer.consume)})
        wrap(stream.run, "Consumer", lambda _: consumer)

    def _book(self) -> None:
        at = self._clock()
        phase = self._stack[-1]
        wall, cpu = self._seconds.get(phase, (0.0, 0.0))
        self._seconds[phase] = (wall + at.wall - self._since.wall, cpu + at.loop - self._since.loop)
        self._since = at
