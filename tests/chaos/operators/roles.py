"""The roles of the engine: how each is brought to work on a rig, and how one knows that it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schemas.topics import CONTACTS
from stream.engine.topology import Topology
from stream.planner.topology import planner_topology
from stream.tracker.topology import tracker_topology
from tests.chaos.operators.trial import PATIENCE, STALLED_AFTER, Trial
from tests.system.group_offsets import GroupOffsets
from tests.system.planning_rig import PlanningRig
from tests.system.running_worker import RunningWorker
from tests.system.waiting import until

PEOPLE = 30


@dataclass(frozen=True)
class Role:
    """`start` starts its worker; `work` gives it something to do, and comes back when it is committed."""

    name: str
    topology: Callable[[str], Topology]
    start: Callable[[Trial], RunningWorker]
    work: Callable[[Trial], None]
    plans: bool = False


def _track(trial: Trial) -> None:
    trial.write(400)
    trial.rig.wait_processed(within=60)


def _start_planner(trial: Trial) -> RunningWorker:
    rig = trial.rig
    assert isinstance(rig, PlanningRig)
    return rig.planner("p", mischief={"patience": PATIENCE}, stalled_after=STALLED_AFTER)


def _plan(trial: Trial) -> None:
    """Profiles make rows, and are an input whose positions are kept."""
    rig = trial.rig
    assert isinstance(rig, PlanningRig)
    for number in range(PEOPLE):
        rig.put(CONTACTS, f"c-{number}", email=f"c-{number}@people.example")
    rig.flush()
    offsets = GroupOffsets(rig.bootstrap, rig.planner_group)
    with rig.log(rig.contacts) as log:
        ends = {(rig.contacts, partition): end for partition, end in log.ends().items()}
    until(
        lambda: all(offsets.ask(ends).get(at, -1) >= end for at, end in ends.items()),
        within=60,
        what="the planner has committed every profile",
    )


TRACKER = Role("tracker", tracker_topology, Trial.start, _track)
PLANNER = Role("planner", planner_topology, _start_planner, _plan, plans=True)
ROLES = (TRACKER, PLANNER)


def one_of_each_kind(topology: Topology) -> list[str]:
    """A topic for each way in which a topology uses one: what holds for it holds for its like."""
    broadcast = topology.broadcast
    tables = [each.topic for each in topology.inputs if each.table]
    attached = [each.topic for each in topology.attached if not each.table]
    letters = [each.dead_letters for each in topology.inputs if each.dead_letters]
    chosen = [topology.lead.topic, *tables[:1], *attached[:1], *letters[:1], *topology.outputs[:1], topology.changelog]
    return [*dict.fromkeys(chosen), *([broadcast.topic] if broadcast else [])]
