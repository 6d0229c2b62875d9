"""A mail server that notes when each contact's message has come. Contacts are known by what stands before the `@`."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Self

from tests.bench.smtp_sink import Sink


class MailClock:
    """Serves from `with` on, in a thread of its own; `came` has the moment of each contact's first message (ns of the
    machine's monotonic clock).
    """

    def __init__(self) -> None:
        self.came: dict[str, int] = {}
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="mail-clock", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._listening.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        listening = self._loop.create_server(lambda: _Watched(self.came), "127.0.0.1", 0)
        server = self._loop.run_until_complete(listening)
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())  # lets what is closing be closed
        self._loop.close()


class _Watched(Sink):
    """One connection."""

    def __init__(self, came: dict[str, int]) -> None:
        super().__init__()
        self._came = came
        self._contact = ""

    def recipient(self, address: str) -> None:
        self._contact = address.partition("@")[0]

    def taken(self) -> None:
        self._came.setdefault(self._contact, time.monotonic_ns())
