"""The OAuth2 access token that every request carries: one for all, fetched anew before it expires."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)

RENEW = 300.0
"""Seconds before its end at which the next one is fetched; meanwhile requests go on with the old one. Google's last
3,600 s."""
PAUSE = 30.0
"""Seconds between two tries to fetch the next one ahead of time: ten before the old one ends."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token, and for how many seconds it is good from when it was fetched."""

    text: str = field(repr=False)
    seconds: float


class AccessTokenError(Exception):
    """There is no token. `ours`: credentials are wrong, and no repeat will help before somebody mends them."""

    def __init__(self, code: str, detail: str, *, ours: bool) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.ours = ours


class AccessTokens:
    """Hands the token out. `fetch` blocks, so it runs in a thread of its own; `clock` counts seconds."""

    def __init__(self, fetch: Callable[[], AccessToken], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._text: str | None = None
        self._ends = self._renew_at = 0.0
        self._fetching: asyncio.Task[str] | None = None

    async def get(self) -> str:
        """Return a token that is good now; all who wait for a new one wait for the same.

        Raises:
            AccessTokenError: none could be fetched.
        """
        now = self._clock()
        if self._text is None or now >= self._ends:
            # Shielded: the first who gives up would take the token from all others.
            return await asyncio.shield(self._begin())
        if now >= self._renew_at and self._fetching is None:
            self._renew_at = now + PAUSE
            self._begin()
        return self._text

    def refuse(self, text: str) -> None:
        """Forget a token that was not taken. A newer one, fetched meanwhile by others, stays."""
        if text == self._text:
            self._text = None

    def _begin(self) -> asyncio.Task[str]:
        if self._fetching is None:
            self._fetching = asyncio.get_running_loop().create_task(self._new())
            self._fetching.add_done_callback(self._end)
        return self._fetching

    async def _new(self) -> str:
        began = self._clock()
        token = await asyncio.to_thread(self._fetch)
        self._text = token.text
        self._ends = began + token.seconds
        # One that lasts for minutes only is renewed at half its time.
        self._renew_at = began + max(token.seconds - RENEW, token.seconds / 2)
        return token.text

    def _end(self, task: asyncio.Task[str]) -> None:
        self._fetching = None
        error = None if task.cancelled() else task.exception()
        if isinstance(error, AccessTokenError):
            log.warning("fcm_access_token_missing", code=error.code, detail=error.detail, ours=error.ours)
