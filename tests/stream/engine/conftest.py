"""What the engine logs is kept off the screen, and can be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """Log entries of the test, as dictionaries. Tracebacks of hundreds of poisoned records take a minute to render."""
    with structlog.testing.capture_logs() as entries:
        yield entries
