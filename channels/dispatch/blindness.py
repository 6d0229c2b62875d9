"""Says that nothing is sent because contact-changes is not read: to the log, and to health."""

from __future__ import annotations

import structlog

log = structlog.get_logger(__name__)

TOLD_AFTER = 5.0
"""Seconds without a reading that nobody is told of: a start and a rebalance take less, and so does a new leader."""


class Blindness:
    """Looked at every now and then; `topic` is what is not read."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._began_at: float | None = None
        self._told = False

    def look(self, age: float, stale_after: float, trouble: str, now: float) -> str | None:
        """Return why nothing is sent, in one sentence; None while it is, or nobody needs to know yet.

        `age` is how old (s) the reading is where it is oldest, believed up to `stale_after`; `trouble` is what the
        cluster complained of; `now` is in seconds of the steady clock.
        """
        if age <= stale_after:
            if self._told:
                log.info("sends_go_on", topic=self._topic)
            self._began_at, self._told = None, False
            return None
        if self._began_at is None:
            self._began_at = now - (age - stale_after if age < float("inf") else 0.0)
        held = now - self._began_at
        if held < TOLD_AFTER:
            return None
        if not self._told:
            self._told = True
            log.error(
                "sends_held",
                topic=self._topic,
                cause=trouble or "no answer from its brokers",
                then="deliveries wait, then go back to the planner: somebody may have unsubscribed unseen",
                fix="bring its brokers back; it goes on by itself",
            )
        return f"{self._topic} has not been read for {held:.0f} s, so nothing is sent: {trouble or 'no answer'}"
