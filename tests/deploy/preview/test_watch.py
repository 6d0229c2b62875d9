"""Each save is seen once it is whole, and a fault of ours ends nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from deploy.preview import watch as watching
from deploy.preview.watch import watch


class Files:
    """Gives one state of the files after another; the last stays."""

    def __init__(self, *states: str) -> None:
        self._states = list(states)

    def fingerprint(self) -> str:
        return self._states.pop(0) if len(self._states) > 1 else self._states[0]


async def told(files: Files, reload: Callable[[], None], times: int) -> None:
    """Watch until it was told so many times."""
    seen = asyncio.Semaphore(0)
    task = asyncio.create_task(watch(files, "first", reload, seen.release))
    try:
        for _ in range(times):
            await asyncio.wait_for(seen.acquire(), 30)
    finally:
        task.cancel()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "EVERY", 0.0)
    monkeypatch.setattr(watching, "_SETTLE", 0.0)


def test_a_file_that_is_still_being_written_is_waited_for() -> None:
    """One reload for a save in three steps."""
    files, read = Files("first", "first", "empty", "half", "whole", "whole"), []

    async def story() -> None:
        await told(files, lambda: read.append(files.fingerprint()), 1)

    asyncio.run(story())
    assert read == ["whole"]


def test_a_fault_in_one_reload_does_not_end_the_following() -> None:
    files, times = Files("second", "second", "third", "third", "third"), []

    def reload() -> None:
        times.append(1)
        if len(times) == 1:
            raise RuntimeError("broken")

    asyncio.run(told(files, reload, 2))
    assert len(times) == 2
