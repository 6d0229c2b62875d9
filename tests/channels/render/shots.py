"""Emails in the system's Chromium, as phones and desktops show them, light and dark."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, Route, sync_playwright

import channels.portal

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


def _refuse(route: Route) -> None:
    route.abort()


def _answer(route: Route) -> None:
    stem, _, rest = route.request.url.rpartition("/")[2].partition(".")
    file = ASSETS / f"{stem}.{rest.rpartition('.')[2]}"
    if file.is_file():
        route.fulfill(body=file.read_bytes())
    else:
        route.abort()
