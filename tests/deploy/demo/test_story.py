"""The story waits for what is true, not for time to pass, and not for ever."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from deploy.demo.stage import Stage
from deploy.demo.story import BOUND_S, Caller, Record, StoryFailedError, once
from stream.runtime.exits import Exit


def test_what_does_not_happen_in_time_is_told() -> None:
    """Exit code 1, what was waited for, and the tracker's last words."""
    told: list[str] = []
    log = SimpleNamespace(tail=["worker 1 cannot start"])
    stage: Any = SimpleNamespace(
        now=0.0,
        say=lambda text, *_tone: told.append(text),
        settings=SimpleNamespace(kafka=SimpleNamespace(bootstrap_servers="127.0.0.1:1")),
        crew=SimpleNamespace(workers=[], states={}, log=log),
    )
    story = once(cast(Stage, stage), Record(), list, cast(Caller, None))

    def play() -> None:
        for _ in story:
            stage.now += BOUND_S / 10

    with pytest.raises(StoryFailedError) as failed:
        play()
    assert failed.value.exit == Exit.FINDINGS
    assert "both workers count" in failed.value.what
    assert "worker 1 cannot start" in (failed.value.where or "")
    assert len(told) == 2
