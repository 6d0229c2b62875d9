"""R9: workers become more and fewer, and those that go are killed inside a transaction and never come back: nobody but
the broker can end it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from tests.chaos.crew import Crew
from tests.chaos.play import Play
from tests.chaos.reader_watch import ReaderWatch
from tests.system.waiting import until

SIZES = (1, 2, 5, 3, 1)
SCAN = "transaction.abort.timed.out.transaction.cleanup.interval.ms"
"""How often a broker looks for transactions that are open for too long."""
LINGER = 0.3
"""Seconds for which each transaction stays open, so that a kill finds one."""
SLACK = 2.0
"""Seconds for a busy machine to notice and to write the markers."""


def scales(play: Play, walks: tuple[tuple[str, ...], ...], scan: float) -> None:
    """Each walk takes the crew through SIZES, its workers being members of these kinds in turn.

    `scan` is the seconds between two looks of the broker for transactions that are open for too long.
    """
    crew = play.crew()
    with play.watched(), ReaderWatch(play.rig) as readers, play.feed() as feed:
        for number, kinds in enumerate(walks):
            members = ((f"{kind}-{number}-{count}", kind) for count, kind in enumerate(itertools.cycle(kinds)))
            crew.dismiss()  # who is left of the walk before
            for size in SIZES:
                _grow(play, crew, size, members)
                _shrink(play, crew, size, readers)
                crew.wait_all_owning(within=120)
        feed.stop()
        play.rig.wait_processed(within=120)
    crew.dismiss()
    bound = play.seconds("transaction_timeout") + scan + SLACK
    play.outcome.remarks.append(f"readers waited {readers.longest_block:.1f} s at most (bound {bound:g} s)")
    play.outcome.require(
        readers.longest_block <= bound, f"a reader was held back for {readers.longest_block:.1f} s, bound {bound:g} s"
    )


def _grow(play: Play, crew: Crew, size: int, members: Iterator[tuple[str, str]]) -> None:
    while len(crew.here) < size:
        name, kind = next(members)
        crew.start(name, membership=kind, mischief={"linger": LINGER})
        play.outcome.rebalances += 1


def _shrink(play: Play, crew: Crew, size: int, readers: ReaderWatch) -> None:
    """Kill the oldest ones; at least one of them must leave a transaction open, or nothing is proven."""
    leave = list(crew.names)[: len(crew.here) - size]
    left_open = [_kill_inside_a_transaction(crew, name, readers) for name in leave]
    play.outcome.require(any(left_open) or not leave, f"no transaction was left open on the way to {size}")


def _kill_inside_a_transaction(crew: Crew, name: str, readers: ReaderWatch) -> bool:
    """Kill a worker when it has one open; whether it still was when the kill came."""
    own = crew.here[name].owned
    until(lambda: readers.holds_back(own), within=30, what=f"{name} has a transaction open")
    crew.kill(name)
    return readers.holds_back(own)
