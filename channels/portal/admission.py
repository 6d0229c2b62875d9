"""Lets a request in, or says how long to wait."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.portal.rate_limit import RateLimit


class Admission:
    """Middleware: answers 429 with Retry-After (RFC 6585 section 4) where a client asks too often."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        limit: RateLimit,
        bucket: Callable[[Request], str | None],
        refusal: Callable[[Request], Awaitable[Response]],
        now: Callable[[], float],
    ) -> None:
        """Guard an application.

        Args:
            app: what is guarded.
            limit: the buckets.
            bucket: the name of a request's bucket; None lets it in unasked.
            refusal: makes the page of a 429.
            now: the clock, in seconds.
        """
        self._app, self._limit, self._bucket = app, limit, bucket
        self._refusal, self._now = refusal, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        wait = self._wait(scope) if scope["type"] == "http" else 0.0
        if not wait:
            return await self._app(scope, receive, send)
        response = await self._refusal(Request(scope))
        response.headers["Retry-After"] = str(math.ceil(wait))
        return await response(scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        bucket = self._bucket(Request(scope))
        return 0.0 if bucket is None else self._limit.seconds_to_wait(bucket, self._now())
