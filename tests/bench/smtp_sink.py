"""A mail server that takes everything and keeps nothing: `python -m tests.bench.smtp_sink`. It says its port, as JSON.

It stands in for Postfix's `smtp-sink`, and does as little as that: aiosmtpd takes 460 messages/s in the same process.
"""

from __future__ import annotations

import asyncio
import json
import shutil

from tests.bench.guard import end_with_parent

_END = b"\r\n.\r\n"
_ANSWERS = {
    b"EHLO": b"250-sink\r\n250-SIZE 33554432\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}


class Sink(asyncio.Protocol):
    """One connection: 250 to every command, and to every message."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._in_message = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer what is whole; the client waits for each answer, as ours does."""
        self._received += data
        end = _END if self._in_message else b"\r\n"
        # The client says nothing more until it is answered, so what is whole stands at the end.
        if self._transport is None or not self._received.endswith(end):
            return
        command = b"" if self._in_message else bytes(self._received[:4]).upper()
        if self._in_message:
            self.taken()
        elif command == b"RCPT":
            self.recipient(self._received.partition(b"<")[2].partition(b">")[0].decode())
        self._received.clear()
        self._in_message = command == b"DATA"
        self._transport.write(_ANSWERS.get(command, b"250 2.0.0 Ok: queued as 4WzYx21Abc\r\n"))
        if command == b"QUIT":
            self._transport.close()

    def recipient(self, address: str) -> None:
        """Hear whom the next message is for."""

    def taken(self) -> None:
        """Hear that a message is whole."""


def postfix_sink() -> str | None:
    """The path of Postfix's `smtp-sink`, where it is installed; Debian has it where users do not look."""
    return shutil.which("smtp-sink") or shutil.which("smtp-sink", path="/usr/sbin")


async def serve() -> None:
    """Listen on a free port until killed."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    end_with_parent()
    asyncio.run(serve())
