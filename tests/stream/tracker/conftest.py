"""Every test runs by the Python core alone and, where the extension is built, with the accelerator too; what the engine
logs is kept off the screen, and can be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from schemas.limits import DEFAULTS
from stream.native.accelerator import Accelerator
from stream.native.extension import find
from tests.stream.native.twins import unbroken
from tests.stream.tracker import played


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """Log entries of the test, as dictionaries. Tracebacks of hundreds of poisoned records take a minute to render."""
    with structlog.testing.capture_logs() as entries:
        yield entries


@pytest.fixture(autouse=True, params=["python", "native"])
def body(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """What counts in the trackers of the test."""
    if request.param == "python":
        yield request.param
        return
    module, why_not = find()
    if module is None:
        pytest.skip(why_not or "")
    monkeypatch.setattr(played, "accelerator", lambda: Accelerator(module, DEFAULTS))
    with unbroken():
        yield request.param
