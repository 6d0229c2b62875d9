"""The first end counts."""

from __future__ import annotations

import asyncio

import pytest

from stream.runtime.settle import settle


@pytest.mark.parametrize("first", [None, ValueError("first")])
def test_what_comes_behind_the_first_is_passed_over(first: ValueError | None) -> None:
    async def story() -> BaseException | None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        settle(future, first)
        settle(future, None)
        settle(future, ValueError("second"))
        return future.exception()

    assert asyncio.run(story()) is first
