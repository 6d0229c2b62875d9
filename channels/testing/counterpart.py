"""A server that lives as long as a `with` block, in the caller's event loop or in a thread with a loop of its own."""

from abc import ABC, abstractmethod
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from anyio.from_thread import start_blocking_portal

HOST = "127.0.0.1"


class Counterpart(ABC):
    """Use it as `async with server:` inside an event loop, or as `with server:` from synchronous code.

    What it received may be read from any thread at any time: it is only ever appended to. An object serves for one
    block: what it issued names the port it had.
    """

    async def __aenter__(self) -> Self:
        await self._start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            portal = opened.enter_context(start_blocking_portal())
            opened.enter_context(portal.wrap_async_context_manager(self))
            self._opened = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    @abstractmethod
    async def _start(self) -> None:
        """Listen on a free port of 127.0.0.1."""

    @abstractmethod
    async def _stop(self) -> None:
        """Drop every connection, requests that wait included, and stop listening."""
