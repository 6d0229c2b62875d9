"""Each scenario at its scaled size: real processes, killed and stalled for real, judged by an oracle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.scenario import SCENARIOS, Scenario

pytestmark = pytest.mark.chaos


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.id)
def test_nothing_is_lost_and_nothing_comes_twice(scenario: Scenario, kafka: str, prefix: str, tmp_path: Path) -> None:
    """Every crossing that the input gives appears once and in its place; rows, stores and positions agree; nothing
    goes back.
    """
    outcome = scenario.play("scaled", kafka, prefix, tmp_path)
    assert outcome.passed, str(outcome)
