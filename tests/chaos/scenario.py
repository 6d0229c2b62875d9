"""The scenarios, each in two sizes from one code: `scaled` for every test run, `full` with the published figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from deploy.broker import EmbeddedKafka
from deploy.broker.ports import free_port
from tests.chaos.bursts import bursts
from tests.chaos.changelogs import changelogs
from tests.chaos.comings import comings
from tests.chaos.damages import damages
from tests.chaos.fault_points import fault_points
from tests.chaos.feed import Load
from tests.chaos.firsts import firsts
from tests.chaos.gaps import gaps
from tests.chaos.kills import kills
from tests.chaos.leaps import leaps
from tests.chaos.outages import ORDERLY, SUDDEN, outages
from tests.chaos.outcome import Outcome
from tests.chaos.play import Play
from tests.chaos.rule_changes import rule_changes
from tests.chaos.scales import SCAN, SIZES, scales
from tests.chaos.stalls import stalls
from tests.system.damage import DAMAGES
from tests.system.mischief import POINTS
from tests.system.rig import SHORT, Option, Rig

SizeName = Literal["scaled", "full"]

PRODUCTION: dict[str, Option] = {
    name.removeprefix("tracker."): value
    for name, value in {
        "tracker.session_timeout": 10,
        "tracker.heartbeat": 1,
        "tracker.max_poll": 60,
        "tracker.transaction_timeout": 10,
    }.items()
}
"""The defaults of the product, against the short ones of tests."""
ENDLESS = 10**9


@dataclass(frozen=True)
class Size:
    """How much of a scenario: the load, and the arguments of its code."""

    load: Load
    arguments: dict[str, Any]
    settings: dict[str, Option]
    broker: dict[str, str] | None = None
    """Properties of the broker that it has to itself, because it stops it or needs it otherwise; None: the shared one.
    """


@dataclass(frozen=True)
class Scenario:
    """One row of the table."""

    id: str
    title: str
    run: Callable[..., None]
    partitions: int
    scaled: Size
    full: Size
    aborts: bool = False
    """Whether at least one aborted transaction must show: else the kills met no transaction and prove nothing."""
    window: int = 0

    def play(self, size: SizeName, bootstrap: str, prefix: str, directory: Path) -> Outcome:
        """Run it and judge; what does not come within its bound is a fault of the outcome too."""
        chosen: Size = getattr(self, size)
        outcome = Outcome(self.id, self.title, size)
        began = time.monotonic()
        with ExitStack() as stack:
            broker = None
            if chosen.broker is not None:
                # The port is named: a broker that was stopped would else pick another one at its next start.
                broker = EmbeddedKafka(directory / "kafka", free_port(), chosen.broker)
                bootstrap = stack.enter_context(broker).bootstrap_servers
            rig = Rig(bootstrap, prefix, directory, partitions=self.partitions)
            stack.callback(rig.close)
            play = Play(rig, chosen.load, outcome, chosen.settings, window=self.window, broker=broker)
            try:
                self.run(play, **chosen.arguments)
                play.judge()
            except AssertionError as late:
                outcome.faults.append(str(late))
        outcome.seconds = time.monotonic() - began
        if self.aborts and outcome.judgement is not None:
            outcome.require(outcome.judgement.aborted > 0, "no kill met an open transaction: nothing was proven")
        outcome.require(
            outcome.with_input_left == outcome.kills,
            f"at {outcome.kills - outcome.with_input_left} kills nothing was left to do",
        )
        return outcome


def _scaled(
    load: Load,
    *,
    broker: dict[str, str] | None = None,
    settings: Mapping[str, Option] | None = None,
    **arguments: Any,
) -> Size:
    short = {name.removeprefix("tracker."): value for name, value in SHORT.items()}
    return Size(load, arguments, {**short, **(settings or {})}, broker)


def _full(load: Load, *, broker: dict[str, str] | None = None, **arguments: Any) -> Size:
    return Size(load, arguments, PRODUCTION, broker)


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        "R1",
        "workers killed under load",
        kills,
        partitions=5,
        scaled=_scaled(Load(ENDLESS, 4_000, rate=2_000), times=4, apart=3_000),
        full=_full(Load(ENDLESS, 20_000, rate=1_500), times=12, apart=7_500),
        aborts=True,
    ),
    Scenario(
        "R2",
        "a join or a leave every second",
        comings,
        partitions=6,
        scaled=_scaled(Load(ENDLESS, 3_000, rate=800), seconds=8),
        full=_full(Load(ENDLESS, 20_000, rate=1_500), seconds=60),
    ),
    Scenario(
        "R3",
        "a stalled worker wakes after the hand-over",
        stalls,
        partitions=4,
        scaled=_scaled(Load(ENDLESS, 2_000, rate=500), rounds=2, seconds=0),
        full=_full(Load(ENDLESS, 20_000, rate=1_000), rounds=6, seconds=35),
        aborts=True,
    ),
    Scenario(
        "R4",
        f"a death at each of {len(POINTS)} points of a transaction",
        fault_points,
        partitions=2,
        scaled=_scaled(Load(ENDLESS, 2_000, rate=800), times=1),
        full=_full(Load(ENDLESS, 20_000, rate=1_000), times=20),
        aborts=True,
    ),
    Scenario(
        "R5",
        "contacts that come once, two joins meanwhile",
        firsts,
        partitions=12,
        scaled=_scaled(Load(ENDLESS, ENDLESS, rate=1_000), apart=2_000),
        full=_full(Load(ENDLESS, ENDLESS, rate=2_000), apart=21_000),
    ),
    Scenario(
        "R6",
        "the broker is away",
        outages,
        partitions=4,
        scaled=_scaled(Load(ENDLESS, 2_000, rate=500), broker={}, ways=(SUDDEN,), seconds=3),
        full=_full(Load(ENDLESS, 20_000, rate=1_000), broker={}, ways=(ORDERLY, SUDDEN), seconds=70),
    ),
    Scenario(
        "R8",
        "stores deleted, cut, scrambled, stale; disk full",
        damages,
        partitions=len(DAMAGES),
        scaled=_scaled(Load(ENDLESS, 1_000, rate=500), rounds=1),
        full=_full(Load(ENDLESS, 10_000, rate=1_000), rounds=5),
    ),
    Scenario(
        "R9",
        f"{'-'.join(map(str, SIZES))} workers, dead ones' transactions left open",
        scales,
        partitions=6,
        scaled=_scaled(
            Load(ENDLESS, 2_000, rate=500),
            broker={SCAN: "1000"},
            settings={"session_timeout": 2, "heartbeat": 0.3, "transaction_timeout": 2},
            walks=(("dynamic", "static"),),
            scan=1,
        ),
        full=_full(Load(ENDLESS, 20_000, rate=1_000), walks=(("dynamic",), ("static",)), scan=10),
        aborts=True,
    ),
    Scenario(
        "R10",
        "kills in a burst, then one after another",
        bursts,
        partitions=6,
        scaled=_scaled(
            Load(ENDLESS, 2_000, rate=500),
            settings={"session_timeout": 2, "heartbeat": 0.3},
            kills=6,
            seconds=4,
            longest_gap=1.5,
            every=0.2,
        ),
        full=_full(Load(ENDLESS, 20_000, rate=1_000), kills=20, seconds=600, longest_gap=6, every=5),
        aborts=True,
    ),
    Scenario(
        "R11",
        "compacted changelog, aborted tail, empty partitions",
        changelogs,
        partitions=3,
        scaled=_scaled(Load(ENDLESS, 40, rate=500), rounds=1, apart=1_500),
        full=_full(Load(ENDLESS, 400, rate=2_000), rounds=5, apart=20_000),
    ),
    Scenario(
        "R12",
        "input deleted before it was read",
        gaps,
        partitions=3,
        scaled=_scaled(Load(2_000, 300, rate=4_000), rounds=1),
        full=_full(Load(20_000, 2_000, rate=10_000), rounds=3),
    ),
    Scenario(
        "R15",
        "leaps, repeats, late events and corrections",
        leaps,
        partitions=3,
        scaled=_scaled(Load(ENDLESS, 150, rate=2_000), kills=1, apart=3_000),
        full=_full(Load(ENDLESS, 1_500, rate=2_000), kills=6, apart=8_500),
        window=16,
    ),
    Scenario(
        "R16",
        "the rules change while workers are killed",
        rule_changes,
        partitions=3,
        scaled=_scaled(Load(ENDLESS, 400, rate=1_500), times=3, apart=1_500),
        full=_full(Load(ENDLESS, 4_000, rate=1_500), times=12, apart=4_600),
    ),
)
"""R13 (nothing ever goes back) is no scenario of its own: every one of them is watched, and every changelog walked,
for it.
"""
