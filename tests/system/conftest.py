"""Every system test has a tracker, or reactions, of its own on the shared Kafka."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.reactions_rig import ReactionsRig
from tests.system.rig import Rig


@pytest.fixture
def rig(kafka: str, prefix: str, tmp_path: Path) -> Iterator[Rig]:
    """Topics of four partitions under a random prefix; the workers end with the test."""
    rig = Rig(kafka, prefix, tmp_path)
    try:
        yield rig
    finally:
        rig.close()


@pytest.fixture
def reactions(kafka: str, prefix: str, tmp_path: Path) -> Iterator[ReactionsRig]:
    """Likewise, with crossings as a tracker writes them and `cairn run reactions`."""
    rig = ReactionsRig(kafka, prefix, tmp_path)
    try:
        yield rig
    finally:
        rig.close()
