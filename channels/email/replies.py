"""Commands out, replies in: a connection once it is secured and logged in."""

from __future__ import annotations

import asyncio
from collections import deque

from aiosmtplib import SMTPResponseException, SMTPServerDisconnected
from aiosmtplib.typing import SMTPStatus

from channels.email.reply import Reply

_LONGEST = 64 * 1024
"""Bytes of one reply; RFC 5321 section 4.5.3.1.5 has 512 for a line."""


class Replies(asyncio.Protocol):
    """Takes the place of aiosmtplib's protocol, which keeps one reply and drops those that come with it.

    Replies are told apart by their count alone (RFC 2920 section 3.1), so what comes without having been asked for is
    dropped.
    """

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._received = bytearray()
        self._lines: list[str] = []
        self._ready: deque[Reply] = deque()
        self._fault: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._owed = 0

    @property
    def owed(self) -> int:
        """How many replies were asked for and not given out."""
        return self._owed + len(self._ready)

    def say(self, words: bytes, replies: int = 1) -> None:
        """Write commands to which so many replies belong.

        Raises:
            SMTPServerDisconnected: the connection is gone.
        """
        if self._fault is not None or self._transport.is_closing():
            raise self._fault or SMTPServerDisconnected("Connection lost")
        self._owed += replies
        self._transport.write(words)

    async def next(self) -> Reply:
        """Return the next reply.

        Raises:
            SMTPServerDisconnected: the connection ended before it.
            SMTPResponseException: what came is no reply.
        """
        while not self._ready:
            if self._fault is not None:
                raise self._fault
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._ready.popleft()

    def data_received(self, data: bytes) -> None:
        """Take in replies that are whole."""
        if not self._owed or self._fault is not None:
            return
        self._received += data
        *lines, rest = self._received.split(b"\n")
        self._received = rest
        for line in lines:
            self._take(bytes(line))
        if not self._owed:
            self._received.clear()
        if len(self._received) > _LONGEST:
            self._fail(SMTPResponseException(SMTPStatus.invalid_response.value, "Response too long"))
        if (self._ready or self._fault) and self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def eof_received(self) -> bool:
        """The server ends the connection."""
        self._fail(SMTPServerDisconnected("Unexpected EOF received"))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        lost = SMTPServerDisconnected("Connection lost")
        lost.__cause__ = exc
        self._fail(lost)

    def _take(self, line: bytes) -> None:
        if not self._owed:
            return
        code = line[:3]
        if not (code.isdigit() and len(code) == 3):
            text = line.decode("utf-8", "ignore")
            self._fail(
                SMTPResponseException(SMTPStatus.invalid_response.value, f"Malformed SMTP response line: {text}")
            )
            return
        self._lines.append(line[4:].strip(b" \t\r\n").decode("utf-8", "surrogateescape"))
        if sum(map(len, self._lines)) > _LONGEST:
            self._fail(SMTPResponseException(SMTPStatus.invalid_response.value, "Response too long"))
        elif line[3:4] != b"-":
            self._ready.append(Reply(int(code), "\n".join(self._lines)))
            self._lines = []
            self._owed -= 1

    def _fail(self, fault: Exception) -> None:
        self._fault = self._fault or fault
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
