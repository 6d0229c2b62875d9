"""`cairn demo` is a door to deploy.demo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def test_options_and_exit_code_go_through(cairn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """--exit asks for the story; what the demo returns is the exit code."""
    asked: list[dict[str, Any]] = []

    def run(**options: Any) -> int:
        asked.append(options)
        return 1

    monkeypatch.setattr("deploy.demo.run", run, raising=False)

    assert cairn("demo", "--exit", "--json").code == 1
    assert asked == [{"story": True, "as_json": True}]
