"""A real browser with a page of an application, and what the browser shows; no push service is needed for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Worker, sync_playwright

from tests.system.waiting import until

CHROMIUM = "/usr/bin/chromium"
WITHIN = 20.0
PAGE = b"<!doctype html><title>Acme</title><link rel=icon href=data:,>"

SHOWN = """async () => (await (await navigator.serviceWorker.getRegistration()).getNotifications()).map((each) => ({
    title: each.title, body: each.body, icon: each.icon, badge: each.badge, image: each.image, tag: each.tag,
    lang: each.lang, renotify: each.renotify, url: each.data?.url}))"""

DISPLAYED = """() => {
    if (self.displayed === undefined) {
        self.displayed = 0;
        const show = self.registration.showNotification.bind(self.registration);
        self.registration.showNotification = async (...given) => { await show(...given); self.displayed += 1; };
    }
    return self.displayed;
}"""
"""How many notifications have come up since this was first asked. To ask for the list meanwhile would lose one:
Chromium throws away what is listed and not yet on the screen."""

FAKE_SUBSCRIPTION = """(given) => ({
    endpoint: given.endpoint,
    options: { userVisibleOnly: true, applicationServerKey: given.key ? Uint8Array.from(given.key).buffer : null },
    toJSON: () => ({
        endpoint: given.endpoint, expirationTime: null, keys: { auth: given.auth, p256dh: given.p256dh } }),
    unsubscribe: async () => { globalThis.subscribed = null; globalThis.left = given.endpoint; return true; },
})"""
"""As the Push API has it; a browser without a network gets none."""


@dataclass
class Site:
    """What an application serves: a page, the two files, and the place that changes are posted to."""

    posted: list[Any] = field(default_factory=list)
    status: int = 204
    origin: str = ""

    @contextmanager
    def served(self) -> Iterator[None]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.partition("?")[0].rpartition("/")[2]
                script = name.endswith(".js")
                content = (files("channels.web_push") / "browser" / name).read_bytes() if script else PAGE
                self._answer(200, content, "text/javascript" if script else "text/html")

            def do_POST(self) -> None:
                site.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self._answer(site.status, b"", "text/plain")

            def _answer(self, status: int, content: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class Visit:
    """One user at the site, who has allowed notifications."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.site, self._context = site, context
        context.grant_permissions(["notifications"], origin=site.origin)
        self.page: Page = context.new_page()
        self._cdp: CDPSession = context.new_cdp_session(self.page)
        self._registrations: list[dict[str, Any]] = []
        self._cdp.on("ServiceWorker.workerRegistrationUpdated", self._registered)
        self._cdp.send("ServiceWorker.enable")
        self.page.goto(f"{site.origin}/")

    def register(self, query: str = "") -> None:
        """Register sw.js and wait until it is active."""
        self.page.evaluate(
            """async (address) => {
                await navigator.serviceWorker.register(address);
                await navigator.serviceWorker.ready;
            }""",
            f"/sw.js{query}",
        )

    def push(self, payload: bytes | str) -> None:
        """Let the push service's message come in, decrypted, and return once something is shown for it."""
        data = payload.decode() if isinstance(payload, bytes) else payload
        order = {"origin": self.site.origin, "registrationId": self._registrations[-1]["registrationId"], "data": data}
        before = self.worker.evaluate(DISPLAYED)
        self._cdp.send("ServiceWorker.deliverPushMessage", order)
        until(lambda: self.worker.evaluate(DISPLAYED) > before, within=WITHIN, what="a notification")

    def shown(self, least: int = 1) -> list[dict[str, Any]]:
        """The notifications that the browser shows, once there are so many."""
        return until(lambda: self._shown(least), within=WITHIN, what=f"{least} notifications")

    def _shown(self, least: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(SHOWN)
        return found if len(found) >= least else []

    @property
    def worker(self) -> Worker:
        """The running service worker."""
        return until(lambda: self._context.service_workers, within=WITHIN, what="a service worker")[0]

    def _registered(self, event: dict[str, Any]) -> None:
        self._registrations += event["registrations"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        try:
            yield browser
        finally:
            browser.close()
