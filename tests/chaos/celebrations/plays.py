"""What is done to planner and dispatchers while crossings keep coming; `judge` says what must hold afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.testing.fcm_error import FcmError
from channels.testing.mail_server import Stage
from channels.testing.script import Answer
from deploy.demo.counterparts import Counterparts
from tests.chaos.celebrations.judge import Verdict, judge
from tests.chaos.celebrations.staff import Staff
from tests.chaos.celebrations.world import DISPATCHERS, LASTING, ROLES, SHORT, World
from tests.system.waiting import until

PEOPLE = 40
QUIET = 300.0
"""Seconds for the last deferred delivery to come back: the first pause is a minute, the second two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How long and how hard. `settings` are the time bounds; `seconds` is the length of a stall or an outage."""

    rate: float
    rounds: int
    joins: int
    apart: int
    seconds: float
    settings: Mapping[str, Mapping[str, Any]]


SCALED = Size(rate=12, rounds=3, joins=1, apart=25, seconds=5, settings=SHORT)
FULL = Size(rate=25, rounds=10, joins=5, apart=150, seconds=60, settings={})


class Stagehand:
    """Does things to the staff while the load goes on."""

    def __init__(self, world: World, staff: Mapping[str, Staff], size: Size, crossed: Callable[[], int]) -> None:
        self.world, self.staff, self.size = world, staff, size
        self._crossed = crossed

    def more(self) -> None:
        """Wait until more has been written, and more has ended: what is done next is done in the midst of it."""
        written, ended = self._crossed() + self.size.apart, self.world.ended() + 1
        until(lambda: self._crossed() >= written, within=120, what="more crossings are written")
        until(lambda: self.world.ended() >= ended, within=120, what="more deliveries have ended")


Play = Callable[[Stagehand], None]


def kills(hand: Stagehand) -> None:
    """D1: a worker of each role in turn is killed, again and again."""
    for number in range(hand.size.rounds):
        for role in ROLES:
            hand.more()
            hand.staff[role].kill(number)


def stalls(hand: Stagehand) -> None:
    """D2: a worker of each role stands still for longer than its session, and wakes when its work is another's."""
    for role in ROLES:
        hand.more()
        with hand.staff[role].frozen(0):
            still = time.monotonic()
            until(lambda: time.monotonic() - still > hand.size.seconds, within=hand.size.seconds + 5, what="it stalls")  # noqa: B023 - used at once
            hand.more()


def outages(hand: Stagehand) -> None:
    """D3: every provider is away for a while, each in its own way; nothing may go into a dead-letter topic."""
    for away in (_mail_away, _push_away, _fcm_away):
        hand.more()
        with away(hand.world.outside):
            gone = time.monotonic()
            until(lambda: time.monotonic() - gone > hand.size.seconds, within=hand.size.seconds + 5, what="it is away")  # noqa: B023 - used at once


def rebalances(hand: Stagehand) -> None:
    """D4: workers of each role join and leave in order."""
    for number in range(hand.size.joins):
        for role in ROLES:
            hand.more()
            with hand.world.staff(role, name=f"{role}-guest-{number}", workers=1) as guest:
                guest.wait_owning()
                hand.more()


@dataclass(frozen=True, slots=True)
class Act:
    """One row of the table."""

    title: str
    play: Play
    everybody_lives: bool = False
    """Nobody is killed or frozen, so that nothing at all may come twice."""


ACTS: Mapping[str, Act] = {
    "D1": Act("workers of planner and dispatchers killed under load", kills),
    "D2": Act("each of them stalls and wakes after the hand-over", stalls),
    "D3": Act("each provider is away", outages, everybody_lives=True),
    "D4": Act("workers of each role join and leave", rebalances, everybody_lives=True),
}
SIZES: Mapping[str, Size] = {"scaled": SCALED, "full": FULL}


def run(act: Act, size: Size, bootstrap: str, prefix: str, directory: Path) -> Verdict:
    """Play it, let everything come to its end, and judge; what does not come within its bound is a fault too."""
    try:
        return _run(act, size, bootstrap, prefix, directory)
    except AssertionError as late:
        return Verdict((str(late),))


def _run(act: Act, size: Size, bootstrap: str, prefix: str, directory: Path) -> Verdict:
    settings = {**size.settings}
    if act.everybody_lives:
        # A machine that forgets a worker for longer than its session has frozen it, and that is D2.
        settings |= {name: {**settings.get(name, {}), **LASTING} for name in DISPATCHERS}
    with ExitStack() as stack:
        world = stack.enter_context(World(bootstrap, prefix, directory, settings=settings))
        staff = {role: stack.enter_context(world.staff(role)) for role in ROLES}
        with world.traffic(people=PEOPLE, rate=size.rate) as traffic:
            act.play(Stagehand(world, staff, size, lambda: len(traffic.crossings)))
        world.wait_quiet(len(traffic.crossings), within=QUIET)
        in_flight = sum(
            each.kills * getattr(world.settings, role.replace("-", "_")).in_flight
            for role, each in staff.items()
            if role != "planner"
        )
        return judge(world.evidence(traffic, in_flight))


@contextmanager
def _mail_away(outside: Counterparts) -> Iterator[None]:
    outside.mail.keep_answering(Stage.CONNECT, Answer(421, "4.3.2 closing down"))
    outside.mail.keep_answering(Stage.RCPT, Answer(421, "4.3.2 closing down"))
    try:
        yield
    finally:
        outside.mail.keep_answering(Stage.RCPT, Answer())
        outside.mail.keep_answering(Stage.CONNECT, Answer())


@contextmanager
def _push_away(outside: Counterparts) -> Iterator[None]:
    outside.push.keep_answering(Answer(503))
    try:
        yield
    finally:
        outside.push.keep_answering(Answer())


@contextmanager
def _fcm_away(outside: Counterparts) -> Iterator[None]:
    outside.fcm.keep_answering(FcmError.UNAVAILABLE.answer())
    try:
        yield
    finally:
        outside.fcm.keep_answering(Answer())
