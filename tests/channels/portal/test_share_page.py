"""The page to share in the system's Chromium: its pictures, its button, nothing that its policy refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from channels.portal.app import portal
from tests.channels.portal.browser import SHARE, TOKENS, Outbox, ask, settings
from tests.channels.render.shots import chromium

URL = f"https://acme.example/celebrate/m/{TOKENS.share.close(SHARE)}"
SHARED = "window.shared = []; navigator.share = async (what) => { window.shared.push(what); };"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all."""
    with chromium() as started:
        yield started


@contextmanager
def visit(
    browser: Browser, width: int, motion: Literal["reduce", "no-preference"], script: str
) -> Iterator[tuple[Page, list[str]]]:
    """The page, opened, and what the browser complained of."""
    app = portal(settings(), Outbox())
    complaints: list[str] = []
    with ThreadPoolExecutor() as threads:

        def answer(route: Route) -> None:
            path = urlsplit(route.request.url).path.removeprefix("/celebrate")
            # Playwright's own loop runs in this thread.
            found = threads.submit(asyncio.run, ask(app, path)).result()
            route.fulfill(status=found.status, headers=dict(found.headers), body=found.body)

        context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion=motion)
        try:
            page = context.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.add_init_script(script)
            page.route("http**", answer)
            page.goto(URL, wait_until="load")
            yield page, complaints
        finally:
            context.close()


@pytest.mark.parametrize("width", [320, 800])
@pytest.mark.parametrize(("motion", "ending"), [("reduce", ".png"), ("no-preference", ".gif")])
def test_the_badge_moves_only_for_those_who_like_it(
    browser: Browser, width: int, motion: Literal["reduce", "no-preference"], ending: str
) -> None:
    """Every picture is there, none is wider than its place, and the policy had nothing to refuse."""
    with visit(browser, width, motion, "delete Navigator.prototype.share;") as (page, complaints):
        shown = page.evaluate("document.querySelector('.badge img').currentSrc")
        sizes = page.evaluate("[...document.images].map(each => [each.naturalWidth, each.complete])")
        wide = page.evaluate("document.documentElement.scrollWidth")
        hidden = page.locator("[data-url]").is_hidden()

    assert shown.endswith(ending)
    assert sizes == [[192 if ending == ".png" else 480, True], [1200, True]]
    assert wide <= width
    assert complaints == []
    assert hidden


def test_the_button_shares_the_address(browser: Browser) -> None:
    """There where the browser can; its whole address, as the world knows it."""
    with visit(browser, 375, "reduce", SHARED) as (page, complaints):
        page.locator("[data-url]").click()
        shared = page.evaluate("window.shared")

    assert shared == [{"title": SHARE.headline, "url": URL}]
    assert complaints == []
