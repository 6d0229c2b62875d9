"""Reads the body of a request that has no reason to be large."""

from __future__ import annotations

from starlette.requests import Request

LARGEST = 8192
"""Bytes. A one-click form (RFC 8058 section 3.2) has 26, as multipart some hundred."""


async def read_small_body(request: Request) -> bytes | None:
    """Return the body, or None as soon as it is larger than 8 KiB.

    Raises:
        starlette.requests.ClientDisconnect: the client left before the end.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)
