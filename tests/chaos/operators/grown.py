"""Partitions are added: to one topic, or to all, as somebody does who thinks that it must fit again then."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tests.chaos.operators.mistake import PARTITIONS, Case
from tests.chaos.operators.roles import PLANNER, TRACKER, one_of_each_kind
from tests.chaos.operators.trial import Trial
from tests.chaos.scenario import SizeName

GROWN = 2 * PARTITIONS
RAISE_ALL = "do not give the other topics more partitions"


def tracker_topic(topic: str, trial: Trial) -> None:
    """Under load: it stops at once, and what is said by then is said once; nor does it start again."""
    rig = trial.rig
    name = rig.prefix + topic
    with trial.feed():
        worker = trial.running()
        trial.progress()
        rig.grow(GROWN, name)
        words = _words(trial, name)
        trial.stops(worker, *words)
        trial.doctor(_doctors_word(trial, name))
    trial.sound_so_far(partitions=GROWN if name == rig.crossed else PARTITIONS)
    trial.stops(trial.start(), *words)


def all_topics(trial: Trial) -> None:
    """Their counts agree, and yet every contact may be somewhere else: the state knows how many there were."""
    rig = trial.rig
    with trial.feed():
        worker = trial.running()
        trial.progress()
        rig.grow(GROWN, *rig.keyed)
        trial.stops(worker, f"{GROWN}", RAISE_ALL)
        trial.doctor("if partitions were added to all topics")
    trial.sound_so_far(partitions=GROWN)
    trial.stops(trial.start(), f"had {PARTITIONS} partitions when the state was written", RAISE_ALL)


def planner_topic(topic: str, trial: Trial) -> None:
    """As the tracker's."""
    name = trial.rig.prefix + topic
    worker = PLANNER.start(trial).wait_owning(PARTITIONS, within=60)
    PLANNER.work(trial)
    trial.rig.grow(GROWN, name)
    words = _words(trial, name)
    trial.stops(worker, *words)
    trial.doctor(_doctors_word(trial, name))
    trial.stops(PLANNER.start(trial), *words)


def _words(trial: Trial, name: str) -> tuple[str, ...]:
    if name == trial.rig.rules:
        return ("one log that every worker reads", "cairn topics accept")
    return (f"{name} {GROWN}", RAISE_ALL)


def _doctors_word(trial: Trial, name: str) -> str:
    return "make it anew with one partition" if name == trial.rig.rules else RAISE_ALL


def cases(size: SizeName) -> Sequence[Case]:
    """One topic of each kind, or each."""
    tracker, planner = TRACKER.topology(""), PLANNER.topology("")
    full = size == "full"
    return [
        Case("tracker: all topics", all_topics),
        *(
            Case(f"tracker: {each}", partial(tracker_topic, each), asks_doctor=each == tracker.lead.topic)
            for each in (tracker.known if full else one_of_each_kind(tracker))
        ),
        *(
            Case(f"planner: {each}", partial(planner_topic, each), plans=True)
            for each in (planner.known if full else (planner.lead.topic, planner.changelog))
        ),
    ]
