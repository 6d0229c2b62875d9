"""Whatever the accelerator answers is what the Python core answers, byte for byte: random stories told to both.

`CAIRN_TEST_STORIES` sets how many stories are told, 100 by default: about 130,000 events of all sorts on the driver and
800,000 usual ones on tasks alone. For a long run set more, and pytest's `--timeout 0`.
"""

from __future__ import annotations

import os
from random import Random
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stream.native.story import Story
from tests.stream.native.twins import unbroken
from tests.stream.native.volume import Volume

STORIES = int(os.environ.get("CAIRN_TEST_STORIES", "100"))
EVENTS = 2000 * STORIES

SEEDS = st.integers(0, 2**64 - 1)


@settings(
    max_examples=STORIES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(seed=SEEDS, turns=st.integers(1, 30))
def test_both_trackers_say_and_keep_the_same(module: ModuleType, seed: int, turns: int) -> None:
    """Crossings, nudges, dead letters, rows, timers and counters; and the extension never breaks."""
    with unbroken():
        Story(seed, module).tell(turns)


@pytest.mark.parametrize("late", [0.0, 0.001, 0.02, 0.2])
def test_millions_of_usual_events_are_counted_the_same(module: ModuleType, late: float) -> None:
    """Batch by batch, straight on the tasks."""
    seed = Random().randrange(2**63)
    read = handed_back = 0
    with unbroken():
        while read < EVENTS:
            seed += 1
            print("seed", seed)  # pytest shows it when a comparison fails
            random = Random(seed)
            volume = Volume(random, module, contacts=random.choice((20, 300)), late=late)
            for turn in range(20):
                if turn == 10:
                    volume.edit()
                volume.profiles(20)
                volume.events(700)
                volume.events(300)
                volume.commit(random.choice((1000, 3_600_000, 20 * 3_600_000, 24 * 3_600_000, 3 * 86_400_000)))
            read, handed_back = read + volume.read, handed_back + volume.handed_back
    assert handed_back < read * 0.8  # whatever these rules hold
