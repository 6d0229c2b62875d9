"""What is done to reactions while crossings keep coming; `judge` says what must hold afterwards."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from stream.runtime.exits import Exit
from tests.chaos.reactions.judge import Evidence, Verdict, judge
from tests.chaos.reactions.traffic import Traffic
from tests.system.reactions_rig import ReactionsRig, Run
from tests.system.waiting import until

NAME = "chaos"
MODULE = """
import asyncio, os
from stream.reactions import App
app = App("chaos", begin="earliest")
@app.agent(app.milestone_crossed, concurrency=3)
async def tell(crossings):
    async for crossing in crossings:
        await asyncio.sleep(0.02)  # another system takes its time, so that a kill finds records in hand
        with open({journal!r}, "a") as out:
            out.write(f"{{os.getpid()}} {{crossing.id}}\\n")
"""
QUIET = 120.0
"""Seconds for the last crossing to be handled: a session that ends, a rebalance, a restart after the longest pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How long and how hard; `seconds` is the length of a stall, `apart` the crossings between two deeds."""

    rate: float
    rounds: int
    joins: int
    apart: int
    seconds: float


SCALED = Size(rate=25, rounds=4, joins=2, apart=30, seconds=9)
FULL = Size(rate=60, rounds=20, joins=8, apart=150, seconds=30)


class Stagehand:
    """Does things to the workers, in the midst of their work."""

    def __init__(self, rig: ReactionsRig, run: Run, traffic: Traffic, size: Size) -> None:
        self.rig, self.run, self.traffic, self.size = rig, run, traffic, size
        self.kills = self.busy = 0

    def more(self) -> None:
        """Wait until more was written and more was handled."""
        written = len(self.traffic.committed) + self.size.apart
        handled = len(self.rig.done()) + self.size.apart // 2
        until(lambda: len(self.traffic.committed) >= written, within=QUIET, what="more crossings are written")
        until(lambda: len(self.rig.done()) >= handled, within=QUIET, what=f"more are handled\n{self.rig.said()}")

    def victim(self, number: int) -> int:
        """The process id of a worker that lives, each in its turn."""
        living = until(lambda: self.run.living, within=60, what="a worker lives")
        return living[number % len(living)]

    def note(self) -> None:
        """Count a deed, and whether anything was left to do at it."""
        self.kills += 1
        self.busy += len(self.rig.done()) < len(self.traffic.committed)


def kills(hand: Stagehand) -> None:
    """E1: a worker is killed, again and again, and its supervisor starts it again."""
    for number in range(hand.size.rounds):
        hand.more()
        os.kill(hand.victim(number), signal.SIGKILL)
        hand.note()


def stalls(hand: Stagehand) -> None:
    """E2: a worker stands still for longer than its session, and wakes when its records are another's."""
    for number in range(2):
        hand.more()
        pid = hand.victim(number)
        os.kill(pid, signal.SIGSTOP)
        try:
            hand.note()
            still = time.monotonic()
            until(
                lambda: time.monotonic() - still > hand.size.seconds,  # noqa: B023 - used at once
                within=hand.size.seconds + 5,
                what="it stalls",
            )
            hand.more()
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        hand.more()


def comings(hand: Stagehand) -> None:
    """E3: workers join and leave in order, so that partitions go to and fro under load."""
    for _ in range(hand.size.joins):
        hand.more()
        guest = hand.rig.run(NAME)
        until(
            lambda: any(each["partitions"] for each in guest.events("reactions_assigned")),  # noqa: B023
            within=60,
            what="the guest has partitions",
        )
        hand.more()
        ended = guest.stop()
        assert ended == Exit.OK, f"the guest ended with {ended}: {guest.said[-2000:]}"


Play = Callable[[Stagehand], None]


@dataclass(frozen=True, slots=True)
class Act:
    """One row of the table."""

    title: str
    play: Play


ACTS: Mapping[str, Act] = {
    "E1": Act("workers of reactions killed under load", kills),
    "E2": Act("a worker stalls beyond its session, and wakes", stalls),
    "E3": Act("workers join and leave under load", comings),
}
SIZES: Mapping[str, Size] = {"scaled": SCALED, "full": FULL}


def run(play: Play, size: Size, bootstrap: str, prefix: str, directory: Path) -> Verdict:
    """Play it, let everything come to its end, and judge; what does not come within its bound is a fault too."""
    rig = ReactionsRig(bootstrap, prefix, directory)
    try:
        return _run(play, size, rig)
    except AssertionError as late:
        return Verdict((str(late),))
    finally:
        rig.close()


def _run(play: Play, size: Size, rig: ReactionsRig) -> Verdict:
    rig.module(NAME, MODULE.format(journal=str(rig.journal)))
    workers = rig.run(NAME, workers=2)
    with Traffic(rig, size.rate) as traffic:
        hand = Stagehand(rig, workers, traffic, size)
        play(hand)
    with suppress(AssertionError):  # what is missing is the judge's to say
        rig.wait_done(traffic.committed, within=QUIET)
    ended = workers.stop()
    assert ended == Exit.OK, f"the workers ended with {ended}: {workers.said[-2000:]}"
    return judge(
        Evidence(
            committed=traffic.committed, aborted=traffic.aborted, handled=rig.done(), kills=hand.kills, busy=hand.busy
        )
    )
