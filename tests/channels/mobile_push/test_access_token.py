"""One token for all, on a clock that the test moves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import pytest
from structlog.testing import capture_logs

from channels.mobile_push.access_token import PAUSE, RENEW, AccessToken, AccessTokenError, AccessTokens

REFUSED = AccessTokenError("invalid_grant", "mend it", ours=True)


class Source:
    """Gives `t1`, `t2`, … that last an hour; `error` is raised instead while it is there."""

    def __init__(self, seconds: float = 3600.0) -> None:
        self.now = 0.0
        self.calls = 0
        self.error: AccessTokenError | None = None
        self.open = threading.Event()
        self.open.set()
        self._seconds = seconds

    def clock(self) -> float:
        return self.now

    def fetch(self) -> AccessToken:
        self.calls += 1
        number = self.calls
        assert self.open.wait(60)
        if self.error is not None:
            raise self.error
        return AccessToken(f"t{number}", self._seconds)

    def tokens(self) -> AccessTokens:
        return AccessTokens(self.fetch, self.clock)


async def _settled() -> None:
    """Until what runs in the background is through."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def test_all_who_wait_share_one_fetch() -> None:
    """A hundred messages at once ask Google once, and later ones not again."""

    async def story() -> None:
        source = Source()
        tokens = source.tokens()
        assert set(await asyncio.gather(*(tokens.get() for _ in range(100)))) == {"t1"}
        source.now = 3600 - RENEW - 1
        assert await tokens.get() == "t1"
        assert source.calls == 1

    run(story())


def test_it_is_renewed_before_it_ends_while_requests_go_on() -> None:
    """Near the end the old one is handed out while the next is on its way, then the next; nobody waits."""

    async def story() -> None:
        source = Source()
        tokens = source.tokens()
        await tokens.get()
        source.now = 3600 - RENEW
        source.open.clear()
        assert [await tokens.get(), await tokens.get()] == ["t1", "t1"]
        source.open.set()
        await _settled()
        assert await tokens.get() == "t2"
        assert source.calls == 2

    run(story())


def test_an_expired_one_is_never_handed_out() -> None:
    """After its end everybody waits for the next, however it was missed."""

    async def story() -> None:
        source = Source()
        tokens = source.tokens()
        await tokens.get()
        source.now = 3600
        assert await tokens.get() == "t2"

    run(story())


def test_a_failure_ahead_of_time_disturbs_nobody() -> None:
    """The old token goes on, the log says why there is no new one, and it is tried again only after a pause."""

    async def story() -> None:
        source = Source()
        tokens = source.tokens()
        await tokens.get()
        source.error = AccessTokenError("token_unavailable", "not reached", ours=False)
        source.now = 3600 - RENEW
        for _ in range(5):
            assert await tokens.get() == "t1"
            await _settled()
        assert source.calls == 2
        source.now += PAUSE
        source.error = None
        await tokens.get()
        await _settled()
        assert await tokens.get() == "t3"

    with capture_logs() as lines:
        run(story())
    assert [each["event"] for each in lines] == ["fcm_access_token_missing"]


def test_a_failure_reaches_all_who_wait() -> None:
    """Without any token each gets the reason, and the next one tries anew."""

    async def story() -> None:
        source = Source()
        tokens = source.tokens()
        source.error = REFUSED
        found = await asyncio.gather(*(tokens.get() for _ in range(10)), return_exceptions=True)
        assert {getattr(each, "code", None) for each in found} == {"invalid_grant"}
        source.error = None
        assert await tokens.get() == "t2"

    with capture_logs() as lines:
        run(story())
    assert "t1" not in str(lines)


def test_who_gives_up_takes_it_from_nobody() -> None:
    """The first of those who wait runs out of time; the others still get the token that it asked for."""

    async def story() -> None:
        source = Source()
        tokens = source.tokens()
        source.open.clear()
        first, second = asyncio.create_task(tokens.get()), asyncio.create_task(tokens.get())
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        source.open.set()
        assert await second == "t1"
        assert source.calls == 1

    run(story())


def test_a_refused_one_is_forgotten_once() -> None:
    """Of a hundred requests that the same token failed, only the first brings about a new one."""

    async def story() -> None:
        source = Source()
        tokens = source.tokens()
        await tokens.get()
        tokens.refuse("t1")
        assert await tokens.get() == "t2"
        tokens.refuse("t1")
        assert await tokens.get() == "t2"

    run(story())


def test_a_short_one_is_renewed_at_half_its_time() -> None:
    """A token of two minutes is not fetched anew with each message."""

    async def story() -> None:
        source = Source(seconds=120.0)
        tokens = source.tokens()
        await tokens.get()
        source.now = 59
        await tokens.get()
        await _settled()
        assert source.calls == 1

    run(story())


def test_tokens_are_not_shown() -> None:
    """A traceback or a log line that holds one does not give it away."""
    assert "secret" not in repr(AccessToken("secret", 1.0))
