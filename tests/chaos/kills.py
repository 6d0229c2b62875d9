"""R1: workers are killed one after the other while events keep coming, each when the group has come further."""

from __future__ import annotations

from tests.chaos.crew import Crew
from tests.chaos.feed import Feed, Load
from tests.chaos.outcome import Outcome
from tests.chaos.progress_watch import ProgressWatch
from tests.system.rig import Rig
from tests.system.waiting import until

PARTITIONS = 5
LINGER = 0.1
"""Seconds for which each transaction stays open, so that a kill finds one: the published test uses a commit interval of 5 s."""


def kills(rig: Rig, outcome: Outcome, load: Load, times: int, **settings: str | float) -> None:
    """Three workers; `times` kills spread over the load, in turn; a killed one is started again at once."""
    names = ("a", "b", "c")
    crew = Crew(rig, outcome, membership="static", mischief={"linger": LINGER}, **settings)
    for name in names:
        crew.start(name)
    for name in names:
        until(lambda name=name: crew.here[name].owned, within=40, what=f"{name} owns partitions")  # type: ignore[misc]
    with ProgressWatch(rig) as watch, Feed(rig.usage, load) as feed:
        for number in range(times):
            mark = load.events * (number + 1) // (times + 1)
            until(
                lambda mark=mark: sum(rig.committed().values()) >= mark,  # type: ignore[misc]
                within=120,
                what=f"{mark} of {load.events} events are committed",
            )
            crew.kill(names[number % 3])
            crew.start(names[number % 3])
        feed.finish()
        rig.wait_processed(within=120)
        for name in names:
            until(lambda name=name: crew.here[name].owned, within=40, what=f"{name} owns partitions")  # type: ignore[misc]
    outcome.longest_stall = watch.longest_stall
    outcome.require(not watch.regressions, f"committed offsets went back: {watch.regressions}")
    crew.dismiss()
