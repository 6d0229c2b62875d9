"""Whether links answer. It is asked only when somebody presses the button: one HEAD to each address, to hosts of mails
that nobody has sent yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import aiohttp

from deploy.preview.checks.finding import Finding
from deploy.preview.checks.links import Link

MOST = 20
_SECONDS = 10.0
_HEADERS = {"User-Agent": "cairn-preview"}


def askable(links: Iterable[Link], portal: str) -> list[str]:
    """Return the addresses that may be asked: http and https, none of the preview's own, and so no one's link."""
    return [
        each.href
        for each in links
        if each.href.startswith(("http://", "https://")) and not each.href.startswith(portal)
    ][:MOST]


async def ask(addresses: Iterable[str]) -> list[Finding]:
    """Ask all at once; redirects are told and not followed, no cookie is kept."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, headers=_HEADERS, cookie_jar=aiohttp.DummyCookieJar()) as session:
        return list(await asyncio.gather(*(_ask(session, each) for each in addresses)))


async def _ask(session: aiohttp.ClientSession, address: str) -> Finding:
    try:
        async with session.head(address, allow_redirects=False) as answer:
            status, onward = answer.status, answer.headers.get("Location", "")
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
        return Finding("red", "email", "Asked", f"{address}: {type(error).__name__}", "is the host right, and up?")
    if status in (404, 410):
        return Finding("red", "email", "Asked", f"{address}: {status}, there is no such page", "correct the link")
    if 300 <= status < 400:
        return Finding(
            "amber", "email", "Asked", f"{address}: leads on to {onward}", "link there, if it is meant to stay"
        )
    if status >= 400:
        fix = "some pages only answer GET, or only those who are signed in: open it"
        return Finding("amber", "email", "Asked", f"{address}: {status}", fix)
    return Finding("green", "email", "Asked", f"{address}: {status}")
