"""The scaled plays, as `make test` runs them; `make chaos` plays them at full length."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.reactions.plays import ACTS, SCALED, run

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]


@pytest.mark.parametrize("number", ACTS)
def test_nothing_is_lost(number: str, kafka: str, prefix: str, tmp_path: Path) -> None:
    """Every committed crossing is handled at least once, and none of an aborted transaction ever."""
    verdict = run(ACTS[number].play, SCALED, kafka, prefix, tmp_path)

    assert verdict.sound, verdict
