"""A record that was sent and not written is noticed, whether or not its sender awaits it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from stream.reactions.transport import Producer


def heard(end: Any) -> list[BaseException]:
    """What the app hears of a send that ends so."""
    errors: list[BaseException] = []

    async def story() -> None:
        producer = object.__new__(Producer)
        producer.app = SimpleNamespace(lost_output=errors.append)  # type: ignore[assignment]
        sent: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        sent.add_done_callback(producer._look)
        end(sent)
        await asyncio.sleep(0)

    asyncio.run(story())
    return errors


def test_a_send_that_fails_ends_the_worker() -> None:
    failure = OSError("no leader")
    assert heard(lambda sent: sent.set_exception(failure)) == [failure]


def test_a_send_that_succeeds_or_is_cancelled_does_not() -> None:
    assert heard(lambda sent: sent.set_result(None)) == []
    assert heard(lambda sent: sent.cancel()) == []
