"""Emails in the system's Chromium, as phones and desktops show them, light and dark."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, Route, sync_playwright

import channels.portal
from channels.artwork.badge import Badge
from channels.artwork.studio import Studio

CHROMIUM = "/usr/bin/chromium"
ASSETS = Path(channels.portal.__file__).parent / "assets"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page(browser: Browser, html: str, width: int, scheme: Scheme, *, images: bool = True) -> Iterator[Page]:
    """The email, opened; its pictures, if `images`, come from the portal's assets, everything else is refused."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    try:
        opened = context.new_page()
        opened.route("http**", _answer if images else _refuse)
        opened.goto(f"data:text/html;base64,{base64.b64encode(html.encode()).decode()}")
        yield opened
    finally:
        context.close()


@cache
def badge(content_type: str) -> bytes:
    """A badge, for what a message looks like does not hang on its number."""
    shown = Badge(number="1,000", label="documents", language="en", direction="ltr", tier="major", stones=6)
    studio = Studio()
    return (studio.animated(shown) if content_type == "image/gif" else studio.icon(shown)).body


def _refuse(route: Route) -> None:
    route.abort()


def _answer(route: Route) -> None:
    if "/b/" in route.request.url:
        kind = "image/gif" if route.request.url.endswith(".gif") else "image/png"
        route.fulfill(body=badge(kind), content_type=kind)
        return
    stem, _, rest = route.request.url.rpartition("/")[2].partition(".")
    file = ASSETS / f"{stem}.{rest.rpartition('.')[2]}"
    if file.is_file():
        route.fulfill(body=file.read_bytes())
    else:
        route.abort()
