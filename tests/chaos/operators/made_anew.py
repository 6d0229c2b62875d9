"""Topics that are deleted, and made anew or not: each topic of each role, while it runs and while it is down."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from functools import partial

from tests.chaos.operators.mistake import Case
from tests.chaos.operators.roles import PLANNER, ROLES, TRACKER, Role, one_of_each_kind
from tests.chaos.operators.trial import Trial
from tests.chaos.oracle import of_record
from tests.chaos.scenario import SizeName
from tests.system.waiting import until


def running(role: Role, topic: str, trial: Trial) -> None:
    """It stops while running; whoever starts it again meets the same wall."""
    name = trial.rig.prefix + topic
    worker = role.start(trial).wait_owning(trial.rig.partitions, within=60)
    role.work(trial)
    trial.rig.make_anew(name)
    trial.stops_midway(worker, name)
    trial.doctor()
    trial.stops(role.start(trial), name, "deleted and made anew", "cairn topics accept")


def gone(role: Role, topic: str, trial: Trial) -> None:
    """Deleted, and not made anew: it stops and names it, again and again."""
    name = trial.rig.prefix + topic
    worker = role.start(trial).wait_owning(trial.rig.partitions, within=60)
    role.work(trial)
    trial.rig.delete_topics(name)
    trial.stops(worker, f"missing: {name}", "bring them back")
    trial.doctor()
    trial.stops(role.start(trial), f"missing: {name}", "bring them back")


def longer_than_the_position(trial: Trial) -> None:
    """The lead input is made anew while nobody runs, and has more records than were read of the old one."""
    rig = trial.rig
    worker = trial.running()
    trial.write(300)
    rig.wait_processed()
    trial.leave(worker)
    before = rig.committed()
    rig.make_anew(rig.inputs)
    while True:
        trial.write(600)
        with rig.log(rig.inputs) as log:
            ends = log.ends()
        if all(end > before.get(each, 0) for each, end in ends.items()):
            break
    trial.stops(trial.start(), rig.inputs, "made anew")
    trial.require(not rig.committed(), "there are positions in another topic")  # Kafka deletes them with their topic


def changelog_under_load(trial: Trial) -> None:
    """The changelog goes in the midst of work: what is said by then is said once."""
    rig = trial.rig
    with trial.feed():
        worker = trial.running()
        trial.progress()
        rig.make_anew(rig.changelog)
        trial.stops_midway(worker, rig.changelog)
        trial.doctor()
    trial.sound_so_far()
    trial.stops(trial.start(), rig.changelog, "made anew", "cairn topics accept")


def changelog_while_down(trial: Trial, *, keeps_store: bool) -> None:
    """With the local store, which knows the old one by its id; and without, when only the group's offsets are left."""
    rig = trial.rig
    worker = trial.running()
    trial.write(1000)
    rig.wait_processed()
    trial.leave(worker)
    rig.make_anew(rig.changelog)
    if not keeps_store:
        shutil.rmtree(rig.state_of("w"))
    words = (rig.changelog, "made anew") if keeps_store else ("ends before the group's committed offsets", "changelog")
    trial.stops(trial.start(), *words)
    trial.doctor()
    trial.sound_so_far()


def all_but_what_was_said(trial: Trial) -> None:
    """Changelog, group and local store are deleted, to begin anew; the output is not. It begins at the earliest event,
    says again what it said, and tells that."""
    rig = trial.rig
    worker = trial.running()
    trial.write(600)
    rig.wait_processed()
    trial.leave(worker)
    until(lambda: not rig.members(), within=30, what="nobody is in the group")
    for future in rig.admin.delete_consumer_groups([rig.group]).values():
        future.result(10)
    rig.reconnect()
    rig.make_anew(rig.changelog)
    shutil.rmtree(rig.state_of("w"))
    worker = trial.start().wait_owning(rig.partitions, within=60)
    line = trial.said(worker, "state_begins_anew")
    trial.require(rig.crossed in line["outputs_hold"], f"it does not name the output: {line}")
    trial.doctor()
    rig.wait_processed()
    trial.leave(worker)
    with rig.log(rig.crossed) as log:
        said = Counter(of_record(each.value()).identity for each in log.read_all())
    twice = sum(count - 1 for count in said.values())
    trial.ending.note("ended", f"begins anew: 0 lost, {twice} said again of {len(said)}, and told")


def rules_emptied(trial: Trial) -> None:
    """Every version of the rules is deleted: a worker that starts waits, says so, and goes on once there is one."""
    rig = trial.rig
    worker = trial.running()
    trial.write(400)
    rig.wait_processed()
    trial.leave(worker)
    with rig.log(rig.rules, partitions=1) as log:
        end = log.ends()[0]
    rig.delete_records({0: end}, rig.rules)
    worker = trial.start()
    trial.said(worker, "broadcast_holds_too_little")
    until(lambda: worker.shows("cairn_rules_waiting") > 0, within=20, what="the metric says that rules are waited for")
    trial.note_metrics(worker)
    trial.require(trial.unready(worker) is not None, "readyz is green without rules")
    trial.doctor()
    rig.apply_anew()
    worker.wait_owning(rig.partitions, within=60)
    trial.write(400)
    rig.wait_processed()
    trial.leave(worker)
    trial.sound()


def anew_cases(size: SizeName) -> Sequence[Case]:
    """Each topic of the tracker; of the planner one of each kind, or all."""
    return [
        Case(f"{role.name}: {topic}", partial(running, role, topic), plans=role.plans)
        for role in ROLES
        for topic in (
            role.topology("").known if size == "full" or role is TRACKER else one_of_each_kind(role.topology(""))
        )
    ]


def gone_cases(size: SizeName) -> Sequence[Case]:
    """Each topic of both roles, or of the tracker one that is read, one that is written, and the changelog."""
    tracker = TRACKER.topology("")
    chosen = [(TRACKER, each) for each in (tracker.lead.topic, tracker.outputs[0], tracker.changelog)]
    if size == "full":
        chosen = [(role, each) for role in (TRACKER, PLANNER) for each in role.topology("").known]
    return [Case(f"{role.name}: {topic}", partial(gone, role, topic), plans=role.plans) for role, topic in chosen]
