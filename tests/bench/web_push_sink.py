"""A push service that only takes: TLS, and 201 for every request. `python -m tests.bench.web_push_sink DIRECTORY`.

`channels.testing.push_service` decrypts and checks, for longer than a sender needs: it would be what is measured. This
one reads a request to its end and looks at nothing.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from channels.testing.certificate import Certificate
from tests.bench.guard import end_with_parent

ANSWER = b"HTTP/1.1 201 Created\r\nLocation: https://127.0.0.1/m/1\r\nContent-Length: 0\r\n\r\n"


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers are written to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            head = self._waiting[:end].lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            whole = end + 4 + length
            if len(self._waiting) < whole:
                return
            self._waiting = self._waiting[whole:]
            self._transport.write(ANSWER)


async def serve(directory: Path) -> None:
    """Serve until the parent ends us; says where, and with which CA."""
    certificate = Certificate(directory)
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, ssl=certificate.server_context())
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"url": f"https://127.0.0.1:{port}", "ca_file": str(certificate.ca_file)}), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    end_with_parent()
    asyncio.run(serve(Path(sys.argv[1])))
