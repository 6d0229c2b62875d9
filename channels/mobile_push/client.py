"""One request to FCM, and how it ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from channels.dispatch.acceptance import Acceptance
from channels.dispatch.outcome import Outcome, Unavailable
from channels.mobile_push.access_token import AccessTokenError, AccessTokens
from channels.mobile_push.status import UNAUTHENTICATED, outcome_of
from stream.runtime.outbound.body import Body

_ANSWER = 64 * 1024
"""Bytes that are read of an answer; FCM's have less than 2 kB."""


class FcmClient:
    """Posts to one project. HTTP/1.1, `connections` kept open; redirects are not followed.

    `timeout` (seconds) spans everything from the access token to the end of the answer; `now` is Unix time, seconds.
    """

    def __init__(
        self, url: str, tokens: AccessTokens, *, timeout: float, connections: int, now: Callable[[], float] = time.time
    ) -> None:
        self._url = url
        self._tokens = tokens
        self._timeout = timeout
        self._connections = connections
        self._now = now
        self._session: aiohttp.ClientSession | None = None
        self._acceptance = Acceptance()

    async def post(self, body: bytes) -> Outcome:
        """Send a message once, and say what became of it.

        An access token that FCM no longer takes was revoked before its time; such a request left nothing behind, so it
        is made once more with a new one, and only if that is refused too are the credentials wrong.
        """
        payload = Body(body)
        try:
            async with asyncio.timeout(self._timeout):
                token = await self._tokens.get()
                outcome = await self._request(payload, token)
                if isinstance(outcome, Unavailable) and outcome.code == UNAUTHENTICATED:
                    self._tokens.refuse(token)
                    payload = Body(body)
                    token = await self._tokens.get()
                    outcome = await self._request(payload, token)
                return outcome
        except AccessTokenError as error:
            return Unavailable(code=error.code, detail=error.detail, ours=error.ours)
        except TimeoutError:
            return Unavailable(code="timeout", detail=f"no answer within {self._timeout:g} s", unknown=payload.left)
        except aiohttp.ClientConnectorError:
            return Unavailable(code="not_connected", detail="FCM cannot be reached: check mobile_push.fcm_url")
        except (aiohttp.ClientError, OSError):
            return Unavailable(code="connection_lost", detail="no whole answer came", unknown=payload.left)

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _request(self, payload: Body, token: str) -> Outcome:
        if self._session is None:
            self._session = _session(self._connections, _proxy_of(self._url))
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=utf-8"}
        async with self._session.post(self._url, data=payload, headers=headers, allow_redirects=False) as response:
            answer = await response.content.read(_ANSWER)
            while not response.content.at_eof() and len(answer) < _ANSWER:
                answer += await response.content.read(_ANSWER - len(answer))
            return outcome_of(
                response.status, answer, response.headers.get("Retry-After"), self._now(), self._acceptance
            )


def _session(connections: int, proxy: str | None) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the whole has its own
        cookie_jar=aiohttp.DummyCookieJar(),
        proxy=proxy,
    )


def _proxy_of(url: str) -> str | None:
    """The proxy that the environment names, as google-auth takes it (HTTPS_PROXY, NO_PROXY).

    Asked once: aiohttp's own `trust_env` looks through ~/.netrc in a thread for every request.
    """
    parts = urlsplit(url)
    return None if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme)
