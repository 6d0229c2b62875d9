"""A mistake of an administrator: what is done, to which topics of which role, and what must follow."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from deploy.broker import EmbeddedKafka
from deploy.broker.ports import free_port
from schemas.topics import topics
from tests.chaos.feed import Load
from tests.chaos.operators.ending import Ending, Outcome
from tests.chaos.operators.trial import Trial
from tests.chaos.scenario import SizeName
from tests.system.planning_rig import PlanningRig
from tests.system.rig import Rig

PARTITIONS = 3
AT_ONCE = 6
"""Cases that are played side by side: most of the time of each is waiting."""
LOAD = Load(10**9, contacts=150, rate=400)


@dataclass(frozen=True)
class Case:
    """One way to make the mistake. `plans`: it needs the planner's topics too; `own_broker`: it stops the broker, or
    needs one that nobody else writes to."""

    name: str
    play: Callable[[Trial], None]
    load: Load = LOAD
    plans: bool = False
    own_broker: bool = False
    asks_doctor: bool = False
    """The doctor is asked at the scaled size too. All topics of the release are there then, so that nothing but the
    mistake is to be found.
    """

    def run(self, size: SizeName, bootstrap: str, prefix: str, directory: Path) -> Ending:
        """Play it on topics of its own; what does not come within its bound is a fault too."""
        ending = Ending(self.name)
        directory.mkdir()
        with ExitStack() as stack:
            broker = None
            if self.own_broker:
                broker = EmbeddedKafka(directory / "kafka", free_port(), {})
                bootstrap = stack.enter_context(broker).bootstrap_servers
            rig = (PlanningRig if self.plans else Rig)(bootstrap, prefix, directory, partitions=PARTITIONS)
            stack.callback(rig.close)
            asks_doctor = self.asks_doctor or size == "full"
            if asks_doctor:
                rig.make_topics(*(each.name for each in topics(prefix, PARTITIONS) if each.name not in rig.made))
            try:
                self.play(Trial(rig, ending, self.load, broker=broker, asks_doctor=asks_doctor))
            except AssertionError as late:
                ending.faults.append(str(late))
            except Exception:  # the report of all others is not given up for one that cannot be played
                ending.faults.append(traceback.format_exc())
        return ending


@dataclass(frozen=True)
class Mistake:
    """One row of the table. `cases` gives those of a size: `scaled` for every test run, `full` for all topics."""

    id: str
    title: str
    must: str
    cases: Callable[[SizeName], Sequence[Case]]

    def play(self, size: SizeName, bootstrap: str, prefix: str, directory: Path) -> Outcome:
        """Play all cases, some side by side."""
        began = time.monotonic()
        cases = self.cases(size)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix=self.id) as pool:
            runs = [
                pool.submit(case.run, size, bootstrap, f"{prefix}{number}-", directory / f"case-{number}")
                for number, case in enumerate(cases)
            ]
            outcome = Outcome(self.id, self.title, self.must, [each.result() for each in runs])
        outcome.seconds = time.monotonic() - began
        return outcome


def always(*cases: Case) -> Callable[[SizeName], Sequence[Case]]:
    """The same cases at every size."""
    return lambda _size: cases
