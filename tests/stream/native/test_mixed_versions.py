"""One row format: what a tracker with the accelerator wrote, one without it goes on from, and the reverse."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from schemas.limits import DEFAULTS
from stream.native.accelerator import Accelerator
from stream.tracker.topology import PROGRESS
from tests.stream.native.story import Story
from tests.stream.native.twins import unbroken
from tests.stream.tracker.played import tracker


@pytest.mark.parametrize("seed", range(1, 5))
def test_bodies_take_turns_on_a_store_on_disk(module: ModuleType, tmp_path: Path, seed: int) -> None:
    """After each turn both trackers get the other body, on the RocksDB store that the last one left."""
    with unbroken() as counted:
        story = Story(seed, module, odds=0.2, stores=tmp_path)
        with story.twins as twins:
            for turn in range(10):
                story.happen(100)
                twins.both(lambda driver: driver.run(batch=60))
                twins.check_said()
                twins.check_kept()
                bodies = [None, Accelerator(module, DEFAULTS)]
                for driver, body in zip(
                    (twins.native, twins.python), bodies[:: 1 if turn % 2 == 0 else -1], strict=True
                ):
                    driver.restart(tracker(dedupe_ids=story.dedupe_ids, accelerator=body))
    assert sum(counted) > 0


def test_a_changelog_of_either_body_restores_the_other(module: ModuleType, tmp_path: Path) -> None:
    """A rolling upgrade moves partitions from machine to machine; what they take along is the changelog."""
    story = Story(7, module, odds=0.5, stores=tmp_path)
    with story.twins as twins:
        for turn in range(6):
            story.happen(100)
            twins.both(lambda driver: driver.run())
            bodies = [None, Accelerator(module, DEFAULTS)]
            for driver, body in zip((twins.native, twins.python), bodies[:: 1 if turn % 2 == 0 else -1], strict=True):
                driver.restart(tracker(dedupe_ids=story.dedupe_ids, accelerator=body))
                for partition in range(story.partitions):
                    driver.move(partition)
            twins.check_said()
            twins.check_kept()
        assert twins.python.rows(PROGRESS)
