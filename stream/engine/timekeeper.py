"""Brings each task's clock on and fires what is due by it (engine rules 16 and 17), after the inputs of a turn.

The ends of inputs are asked for only when a timer is due by the wall clock and not yet by its task's, for all such
tasks at once, and nobody waits for the answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

import structlog
from confluent_kafka import KafkaException

from stream.engine.cluster import AskedEnds, Ends
from stream.engine.damage import store_of
from stream.engine.task import Task
from stream.engine.topology import Topology
from stream.runtime.verdicts import error_of

log = structlog.get_logger(__name__)

TIMERS_A_TURN = 1000
"""Timers that one task fires before records get their turn again."""
ASK_EVERY = 0.02
"""Seconds between questions for the ends of inputs: a message without bundle or window waits 10 ms for one on average
(with 0.25 it was 125 ms). 50 small requests a second at most, and only while something is due; a loop that is behind
turns less often."""
ANSWER = 5.0
"""Seconds for an answer."""


class Timekeeper:
    """`positions` tells how far the inputs of tasks are read, `ask_ends` asks the cluster where they end."""

    def __init__(
        self,
        topology: Topology,
        *,
        positions: Callable[[Sequence[Task]], Ends],
        ask_ends: Callable[[Iterable[tuple[str, int]], float], AskedEnds],
        wall_ms: Callable[[], int],
        ask_every: float = ASK_EVERY,
    ) -> None:
        self._topics = tuple(each.topic for each in topology.partitioned)
        self._idle = not topology.timers
        self._positions = positions
        self._ask_ends = ask_ends
        self._wall_ms = wall_ms
        self._ask_every = ask_every
        self.waiting = False
        """Whether something is due that no task's clock has reached yet."""
        self._asked: AskedEnds | None = None
        self._asked_ms = 0
        self._asked_at = float("-inf")

    def turn(self, tasks: Iterable[Task]) -> bool:
        """Fire what is due on these running tasks; True when more is due than a turn may fire.

        Raises:
            CairnError: POISONED.
            DamagedError: a store cannot be read.
        """
        if self._idle:
            return False
        wall_ms = self._wall_ms()
        due = [task for task in tasks if task.next_timer_ms <= wall_ms]
        self.waiting = bool(due)
        if not due:
            return False
        self._learn(due, wall_ms)
        waiting = [task for task in due if task.clock.waiting]
        positions = self._positions(waiting) if waiting else {}
        for task in waiting:
            task.clock.read({topic: positions[topic, task.partition] for topic in self._topics}, task.newest)
        more = False
        for task in due:
            if task.next_timer_ms <= task.clock.now_ms:
                with store_of(task):
                    more |= task.fire(TIMERS_A_TURN) == TIMERS_A_TURN
        self.waiting = any(task.next_timer_ms <= wall_ms for task in due)
        return more

    def _learn(self, due: Sequence[Task], wall_ms: int) -> None:
        """Ask for ends if it is time, and take the answer if it is there."""
        late = [task for task in due if task.next_timer_ms > task.clock.now_ms and not task.clock.waiting]
        if self._asked is None and late and time.monotonic() - self._asked_at >= self._ask_every:
            # The time first, the question behind it: what is read to the answer is read to this time.
            self._asked_ms, self._asked_at = wall_ms, time.monotonic()
            self._asked = self._ask_ends([(topic, task.partition) for task in late for topic in self._topics], ANSWER)
        if self._asked is None:
            return
        try:
            ends = self._asked.answer()
        except KafkaException as raised:
            log.debug("ends_unknown", error=str(error_of(raised)))
            self._asked = None
            return
        if ends is None:
            return
        self._asked = None
        for task in late:
            known = {topic: ends[topic, task.partition] for topic in self._topics if (topic, task.partition) in ends}
            if len(known) == len(self._topics):
                task.clock.expect(self._asked_ms, known)
