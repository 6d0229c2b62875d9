"""The suite can go red: with one check of the engine left out, the mistake that it is there for costs crossings, and
the same oracle says so."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.feed import Load
from tests.chaos.operators.ending import Ending
from tests.chaos.operators.mistake import LOAD, PARTITIONS
from tests.chaos.operators.trial import Trial
from tests.chaos.operators.truncated import truncate
from tests.chaos.oracle import Oracle, of_record
from tests.chaos.verdict import compare
from tests.system.rig import Rig

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

EVENTS = 1200


@pytest.fixture
def trial(kafka: str, prefix: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Trial]:
    """A tracker whose workers leave out the check that the test names."""
    rig = Rig(kafka, prefix, tmp_path, partitions=PARTITIONS)
    try:
        load = Load(LOAD.events, LOAD.contacts, LOAD.rate)
        yield Trial(rig, Ending(request.param), load, blind=(request.param,))
    finally:
        rig.close()


def _more(trial: Trial) -> None:
    """A life of a worker in which events are processed."""
    worker = trial.start().wait_owning(trial.rig.partitions, within=60)
    trial.write(EVENTS)
    trial.rig.wait_processed(within=60)
    trial.leave(worker)


@pytest.mark.parametrize("trial", ["identity"], indirect=True)
def test_a_changelog_made_anew_unseen_says_crossings_twice(trial: Trial) -> None:
    """The rows that were not written again are gone with the next restore."""
    worker = trial.running()
    trial.write(EVENTS)
    trial.rig.wait_processed(within=60)
    trial.rig.make_anew(trial.rig.changelog)
    trial.write(60)
    trial.rig.wait_processed(within=60)
    trial.leave(worker)
    _more(trial)
    assert trial.sound_so_far().duplicate
    assert trial.ending.faults


@pytest.mark.parametrize("trial", ["identity"], indirect=True)
def test_an_input_made_anew_unseen_loses_crossings(trial: Trial) -> None:
    """What lies below the old position is never read."""
    rig = trial.rig
    worker = trial.running()
    trial.write(EVENTS)
    rig.wait_processed(within=60)
    trial.leave(worker)
    before = _records(rig)
    rig.make_anew(rig.inputs)
    trial.write(3 * EVENTS)
    worker = trial.start().wait_owning(PARTITIONS, within=60)
    rig.wait_processed(within=60)
    trial.leave(worker)
    after = _records(rig)
    expected = {each: Oracle(0).crossings([*before[each], *after[each]]) for each in before}
    with rig.log(rig.crossed) as log:
        log.read_all()
        found = {each: [of_record(one.value()) for one in records] for each, records in log.by_partition().items()}
    assert compare(expected, found).missing


@pytest.mark.parametrize("trial", ["counts"], indirect=True)
def test_partitions_added_unseen_say_crossings_twice(trial: Trial) -> None:
    """A contact whose key has moved begins again from nothing."""
    rig = trial.rig
    _more(trial)
    rig.grow(2 * PARTITIONS, *rig.keyed)
    rig.partitions = 2 * PARTITIONS
    _more(trial)
    with rig.log(rig.crossed) as log:
        said = Counter(of_record(each.value()).identity for each in log.read_all())
    assert max(said.values()) > 1


@pytest.mark.parametrize("trial", ["head"], indirect=True)
def test_a_truncated_changelog_taken_for_whole_says_crossings_twice(trial: Trial) -> None:
    """The local store is lost later, and nothing holds the rows that were deleted."""
    rig = trial.rig
    worker = trial.running()
    trial.write(EVENTS)
    rig.wait_processed(within=60)
    truncate(rig, rig.changelog)
    trial.write(60)
    rig.wait_processed(within=60)
    trial.leave(worker)
    shutil.rmtree(rig.state_of("w"))
    _more(trial)
    assert trial.sound_so_far().duplicate


@pytest.mark.parametrize("trial", ["partition"], indirect=True)
def test_a_store_of_another_partition_taken_for_its_own_goes_wrong(trial: Trial) -> None:
    """Its contacts are strangers here, and those that belong here begin from nothing."""
    rig = trial.rig
    _more(trial)
    with rig.log(rig.changelog) as log:
        ends = log.ends()
    longest = max(ends, key=lambda each: ends[each])
    shortest = min(ends, key=lambda each: ends[each])
    shutil.rmtree(rig.store_of("w", longest))
    shutil.copytree(rig.store_of("w", shortest), rig.store_of("w", longest))
    _more(trial)
    assert not trial.sound_so_far().sound


@pytest.mark.parametrize("trial", ["namesake"], indirect=True)
def test_a_second_worker_of_a_name_that_does_not_look_disturbs_the_first(trial: Trial) -> None:
    """Without the look at the group the first one is fenced."""
    first = trial.running(membership="static")
    trial.start(state=trial.rig.directory / "elsewhere", membership="static")
    assert first.wait_exit(within=60) != 0


def _records(rig: Rig) -> dict[int, list[Any]]:
    with rig.log(rig.inputs) as log:
        log.read_all()
        return log.by_partition()
