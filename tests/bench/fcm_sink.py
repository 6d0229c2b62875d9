"""An FCM that only takes: TLS, and a name for every message. `python -m tests.bench.fcm_sink DIRECTORY`.

`channels.testing.fcm_service` checks each message, for longer than a sender needs: it would be what is measured. This
one reads a request to its end and looks at nothing. Access tokens are given out in clear, on a port of their own.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from channels.testing.certificate import Certificate
from channels.testing.service_account import ServiceAccount
from tests.bench.guard import end_with_parent
from tests.bench.http_sink import HttpSink, http_answer

PROJECT = "cairn-bench"
_GRANTED = {"access_token": "granted", "expires_in": 3599, "token_type": "Bearer"}
_TAKEN = {"name": f"projects/{PROJECT}/messages/0:1700000000000000%abcdef0123456789"}


async def serve(directory: Path) -> None:
    """Serve until the parent ends us; says where, with which CA, and the key of the account."""
    certificate, loop = Certificate(directory), asyncio.get_running_loop()
    granted, taken = (http_answer(b"200 OK", json.dumps(each).encode()) for each in (_GRANTED, _TAKEN))
    tokens = await loop.create_server(lambda: HttpSink(granted), "127.0.0.1", 0)
    server = await loop.create_server(lambda: HttpSink(taken), "127.0.0.1", 0, ssl=certificate.server_context())
    token_port, port = (each.sockets[0].getsockname()[1] for each in (tokens, server))
    account = ServiceAccount(PROJECT, f"http://127.0.0.1:{token_port}/token")
    found = {"url": f"https://127.0.0.1:{port}", "ca_file": str(certificate.ca_file), "key": account.credentials()}
    print(json.dumps(found), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    end_with_parent()
    asyncio.run(serve(Path(sys.argv[1])))
