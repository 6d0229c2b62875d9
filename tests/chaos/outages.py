"""R6: the broker goes away under load and comes back on its data; workers run into that, and others are started into
it.

A running worker waits, or ends with a code that its supervisor starts again: here the product's own supervisor does so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from deploy.broker import EmbeddedKafka
from tests.chaos.play import Play
from tests.system.waiting import until

RESUMES = 120.0
"""Seconds after the broker is back within which every partition must commit again, as the published test asks."""


class Way(NamedTuple):
    """How a broker goes away, and how it comes back from there."""

    name: str
    end: Callable[[EmbeddedKafka], object]
    begin: Callable[[EmbeddedKafka], object]


ORDERLY = Way("stopped", EmbeddedKafka.stop, EmbeddedKafka.start)
SUDDEN = Way("killed", EmbeddedKafka.kill, EmbeddedKafka.restart)


def outages(play: Play, ways: tuple[Way, ...], seconds: float) -> None:
    """The broker is away for `seconds` in each of these ways; each time one more worker is started while it is."""
    with play.watched() as watch, play.feed() as feed, ExitStack() as crews:
        crews.enter_context(play.supervised("w", workers=2))
        play.some_progress()
        for way in ways:
            newcomer = play.supervised(f"started-while-{way.name}", workers=1)
            with watch.suspended(), _without_broker(play, way, seconds):
                crews.enter_context(newcomer)
            back = time.monotonic()
            play.some_progress(within=RESUMES)
            took = time.monotonic() - back
            play.outcome.remarks.append(f"{way.name} and back: every partition commits after {took:.1f} s")
            newcomer.wait_ready(within=RESUMES)
        feed.stop()
        play.rig.wait_processed(within=RESUMES)


@contextmanager
def _without_broker(play: Play, way: Way, seconds: float) -> Iterator[None]:
    way.end(play.broker)
    gone = time.monotonic()
    try:
        yield
        until(lambda: time.monotonic() - gone >= seconds, within=seconds + 5, what="the outage is over")
    finally:
        way.begin(play.broker)
