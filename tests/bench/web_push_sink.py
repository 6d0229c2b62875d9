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
from tests.bench.http_sink import HttpSink, http_answer


async def serve(directory: Path) -> None:
    """Serve until the parent ends us; says where, and with which CA."""
    certificate, answer = Certificate(directory), http_answer(b"201 Created\r\nLocation: https://127.0.0.1/m/1")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: HttpSink(answer), "127.0.0.1", 0, ssl=certificate.server_context())
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"url": f"https://127.0.0.1:{port}", "ca_file": str(certificate.ca_file)}), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    end_with_parent()
    asyncio.run(serve(Path(sys.argv[1])))
