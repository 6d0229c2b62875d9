"""The input of a scenario: believable events by a seed, written at a bounded rate so that workers always have some
before them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.chaos.background import Background
from tests.system.usage import Usage, UsageProducer

REPEATED = 0.02
"""The share of events that an application sends a second time, soon after the first."""
LOGINS = 0.2
CORRECTIONS = 0.03
TICK = 0.02


@dataclass(frozen=True)
class Load:
    """How much there is to do: `events` in all (a scenario may stop before), by `contacts`, at `rate` a second."""

    events: int
    contacts: int
    rate: int
    seed: int = 7


def events_of(load: Load) -> Iterator[Usage]:
    """Yield the events: most add a little, some are logins, corrections, leaps over several milestones, or repeats."""
    chance = random.Random(load.seed)
    recent: list[Usage] = []
    for number in range(load.events):
        if recent and chance.random() < REPEATED:
            yield chance.choice(recent)
            continue
        # Squared: a few contacts are busy and pass many milestones, most come now and then.
        contact = f"contact-{int(load.contacts * chance.random() ** 2)}"
        draw = chance.random()
        if draw < LOGINS:
            event = Usage(contact, f"e-{number}", event="logged_in")
        elif draw < LOGINS + CORRECTIONS:
            event = Usage(contact, f"e-{number}", value=-chance.randint(1, 20))
        elif draw > 0.995:
            event = Usage(contact, f"e-{number}", value=chance.randint(100, 600))
        else:
            event = Usage(contact, f"e-{number}", value=chance.choice((1, 2, 3, 5, 8, 13)))
        # A repeat must fall into the window of its contact: only what is a few events old is sent again.
        recent = [*recent[-3:], event]
        yield event


class Feed(Background):
    """Writes events from a thread of its own while it is open, `rate` of them a second."""

    def __init__(self, usage: UsageProducer, events: Iterator[Usage], rate: int) -> None:
        super().__init__("feed")
        self.written = 0
        self._usage = usage
        self._events = events
        self._rate = rate

    def finish(self) -> None:
        """Wait until the whole load is written."""
        self._thread.join()
        self._check()

    def stop(self) -> None:
        """Write no more than what is written already."""
        self._over.set()
        self.finish()

    def _work(self) -> None:
        portion = max(1, int(self._rate * TICK))
        due = time.monotonic()
        while not self._over.is_set():
            batch = [event for _, event in zip(range(portion), self._events, strict=False)]
            if not batch:
                break
            for event in batch:
                self._usage.put(event.encode(), event.contact.encode())
            self.written += len(batch)
            due += TICK
            self._over.wait(max(0.0, due - time.monotonic()))
        self._usage.flush()
