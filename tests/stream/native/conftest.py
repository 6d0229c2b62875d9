"""The extension, where it is built; elsewhere these tests have nothing to look at."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import structlog

from stream.native.extension import find


@pytest.fixture(scope="session")
def module() -> ModuleType:
    """The extension."""
    found = find()
    if found.module is None:
        pytest.skip(found.why_not or "")
    return found.module


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """Log entries of the test, kept off the screen."""
    with structlog.testing.capture_logs() as entries:
        yield entries
