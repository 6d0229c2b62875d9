"""Each mistake at its scaled size: real workers, topics that are really deleted, judged by an oracle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.operators.mistake import Mistake
from tests.chaos.operators.mistakes import MISTAKES

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.id)
def test_a_mistake_stops_the_worker_with_its_cure_or_harms_nothing(
    mistake: Mistake, kafka: str, prefix: str, tmp_path: Path
) -> None:
    """Nothing is lost and nothing comes twice; where the worker cannot go on, it says why and what to do."""
    outcome = mistake.play("scaled", kafka, prefix, tmp_path)
    assert outcome.passed, str(outcome)
