"""One request: where it may go, how long it takes, and how much of the answer is read."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientConnectorSSLError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    ThreadedResolver,
)
from aiohttp.abc import AbstractResolver

from stream.runtime.outbound.body import Body
from stream.runtime.outbound.endpoint import Endpoint
from stream.runtime.outbound.resolver import AddressError, VettedResolver

READ_MOST = 4_096
"""Bytes that are read of an answer's body to keep the connection, and no further."""
KEPT = 2_048
"""Bytes that are kept of it. The reasons of push services have less than 300."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and headers; the names are looked up without regard to case. `body` is its beginning, `KEPT` bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why there is no answer. `unknown`: the request had left whole, and nobody says whether it was taken."""

    code: str
    detail: str
    unknown: bool = False


class Transport:
    """Posts over connections that are kept. It follows no redirect, uses no proxy, keeps no cookie, unpacks nothing."""

    def __init__(
        self,
        tls: ssl.SSLContext,
        *,
        loopback: ssl.SSLContext | None = None,
        connections: int,
        timeout: float,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """Take what certificates are verified by, how many connections there may be, and how many seconds a post takes.

        `loopback` is for endpoints on this machine alone, so that whoever holds its CA is nobody else; None: there
        are none. `resolver` looks names up; None is the system's.
        """
        self._tls, self._loopback = tls, loopback
        self._connections, self._timeout, self._resolver = connections, timeout, resolver
        self._session: ClientSession | None = None

    async def post(self, endpoint: Endpoint, headers: Mapping[str, str], body: bytes) -> Answer | Unanswered:
        """Send one request and return the answer, or why there is none."""
        # Made here, for it belongs to the loop that runs.
        session = self._session = self._session or self._opened()
        tls = self._loopback if endpoint.loopback and self._loopback else self._tls
        payload = Body(body)
        try:
            async with session.post(
                endpoint.url, data=payload, headers=headers, ssl=tls, allow_redirects=False
            ) as response:
                return Answer(response.status, response.headers, await _drain(response))
        except AddressError:
            return Unanswered(code="address_refused", detail="the host leads to an address that is not public")
        except (ClientError, OSError) as error:  # a timeout is an OSError
            return _unanswered(error, unknown=payload.left)

    async def close(self) -> None:
        """Let go of all connections."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> ClientSession:
        resolver = VettedResolver(self._resolver or ThreadedResolver(), loopback=self._loopback is not None)
        return ClientSession(
            # 15 s of idleness, aiohttp's default, are less than servers keep a connection: a request on one that
            # is being closed would be lost without a word.
            connector=TCPConnector(resolver=resolver, limit=self._connections),
            timeout=ClientTimeout(total=self._timeout),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            headers={"User-Agent": "cairn"},
            skip_auto_headers=("Accept-Encoding",),
        )


async def _drain(response: ClientResponse) -> bytes:
    """Read what little there is; the status is known, so of what goes wrong here only the rest is missing."""
    body = b""
    try:
        while chunk := await response.content.read(READ_MOST):
            body += chunk
            if len(body) >= READ_MOST:
                # Not released: it would be read to its end before the connection is used again.
                response.close()
                break
    except (ClientError, OSError):
        response.close()
    return body[:KEPT]


def _unanswered(error: Exception, *, unknown: bool) -> Unanswered:
    """Why there is no answer; `unknown` where the body had left, at least for the system's buffers."""
    match error:
        case ClientConnectorDNSError():
            return Unanswered(code="dns_failed", detail="the host's name cannot be looked up")
        case ClientConnectorCertificateError() | ClientConnectorSSLError():
            return Unanswered(code="tls_failed", detail="the host is not who it says it is, or speaks no TLS")
        case ClientConnectorError():
            return Unanswered(code="connection_failed", detail="no connection to the host")
        case TimeoutError():
            return Unanswered(code="timeout", detail="no answer in time", unknown=unknown)
        case _:
            return Unanswered(code="no_answer", detail="the connection ended without an answer", unknown=unknown)
