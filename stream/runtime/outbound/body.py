"""The body of a request, which tells whether it may have left: only then may the other side have taken it."""

from __future__ import annotations

from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import BytesPayload


class Body(BytesPayload):
    """Of one request; a repeat has one of its own."""

    left = False

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write it, as aiohttp asks for."""
        self.left = True
        await super().write_with_length(writer, content_length)
