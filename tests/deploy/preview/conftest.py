"""The folder that previews are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy.preview.installation import Installation, installation


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return installation(tmp_path)
