"""Each play at its scaled size: real planner and dispatchers, killed and frozen for real, real conversations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.celebrations.plays import ACTS, SCALED, run

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]


@pytest.mark.parametrize("name", ACTS)
def test_every_released_delivery_ends_and_nobody_is_reached_without_consent(
    name: str, kafka: str, prefix: str, tmp_path: Path
) -> None:
    """One decision for each crossing and channel, attempts without a gap, an end for each; repeats are no more than
    what was under way at the kills.
    """
    verdict = run(ACTS[name], SCALED, kafka, prefix, tmp_path)
    assert verdict.sound, str(verdict)
    assert verdict.figures.get("dead_lettered", 0) == 0
