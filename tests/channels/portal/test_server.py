"""The portal on a real socket."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from channels.portal.app import portal
from channels.portal.server import server
from tests.channels.portal.browser import Outbox, settings, unsubscribe_path


def test_a_mail_program_unsubscribes_over_http(caplog: pytest.LogCaptureFixture) -> None:
    """The whole way of RFC 8058, and no log line holds the link, which is the right to use it."""
    caplog.set_level("DEBUG")
    outbox = Outbox()

    async def post() -> tuple[int, int, bytes, str | None]:
        running = server(portal(settings(), outbox), "127.0.0.1", 0)
        serving = asyncio.create_task(running.serve())
        while not running.started and not serving.done():
            await asyncio.sleep(0)
        port = running.servers[0].sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}{unsubscribe_path()}"
        async with aiohttp.ClientSession() as session:
            async with session.head(url) as head:
                nothing = await head.read()
            async with session.post(url, data={"List-Unsubscribe": "One-Click"}) as answer:
                found = (head.status, answer.status, nothing, answer.headers.get("Server"))
        running.should_exit = True
        await serving
        return found

    assert asyncio.run(post()) == (200, 200, b"", None)
    assert [each.reason and "one-click" in each.reason for each in outbox.changes] == [True]
    assert unsubscribe_path() not in caplog.text
