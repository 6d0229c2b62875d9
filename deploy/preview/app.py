"""The preview as an ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.preview.checks.asked import ask, askable
from deploy.preview.checks.everything import email_links
from deploy.preview.checks.finding import Finding
from deploy.preview.choices import choose
from deploy.preview.hosts import OwnHost, is_own
from deploy.preview.mail_frame import mail_frame
from deploy.preview.news import News
from deploy.preview.page import Page
from deploy.preview.performance import Performance
from deploy.preview.policy import MAIL, PAGE
from deploy.preview.portal_reader import get
from deploy.preview.scene import Scene
from deploy.preview.settings import PORTAL
from deploy.preview.still import first_frame
from deploy.preview.watch import watch
from deploy.preview.workspace import Workspace
from stream.runtime.settings import Settings

_ASSETS = Path(__file__).parent / "assets"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


_STEP_MS = 15 * 60_000
"""Milliseconds. What is made up hangs on the time, codes of rewards too: the frames of a page must show the same. A
quarter of an hour begins with each day of each zone."""


class Preview:
    """Answers for what the workspace holds. `now` is epoch ms, `own` the installation's settings as they are."""

    def __init__(self, workspace: Workspace, own: Settings, now: Callable[[], int]) -> None:
        self.workspace = workspace
        self._clock = now
        self._page = Page(own)
        self.news = News(workspace.view.version)

    async def page(self, request: Request) -> Response:
        """The page of a state."""
        return await self._shown(request, ())

    async def ask(self, request: Request) -> Response:
        """The page with what its links answered. Only the page itself may have it asked.

        Raises:
            HTTPException: 403 when another site's page asks.
        """
        if request.method != "POST":
            return RedirectResponse(f"/?{request.url.query}")
        origin = request.headers.get("origin")
        if origin is not None and not is_own(origin):
            raise HTTPException(403)
        performance = self._performance(request)
        addresses = askable(email_links(performance), performance.scene.settings.portal.public_url)
        return await self._shown(request, await ask(addresses))

    async def mail(self, request: Request) -> Response:
        """The HTML of the email, for a frame."""
        performance = self._performance(request)
        state = performance.state
        html = mail_frame(performance.email.html, state.scheme, images=state.images == "on")
        return HTMLResponse(html, headers={"Content-Security-Policy": MAIL, "Cache-Control": "no-store"})

    async def eml(self, request: Request) -> Response:
        """The email as a file that mail programs open."""
        performance = self._performance(request)
        name = f"{performance.state.milestone}.eml"
        return Response(
            performance.mail,
            media_type="message/rfc822",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    async def still(self, request: Request) -> Response:
        """The notification's picture as most programs show it: standing still.

        Raises:
            HTTPException: 404 where it has none, or one of another host.
        """
        performance = self._performance(request)
        root, url = performance.scene.settings.portal.public_url, performance.push.image_url
        if url is None or not url.startswith(f"{root}/"):
            raise HTTPException(404)
        found = await get(performance.scene.portals, PORTAL + url.removeprefix(root))
        if found.status != 200:
            raise HTTPException(404)
        picture = await asyncio.to_thread(first_frame, found.body)
        return Response(picture, media_type="image/png", headers={"Cache-Control": "no-store"})

    async def events(self, request: Request) -> Response:
        """The versions, as they come."""
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(self.news.stream(), media_type="text/event-stream", headers=headers)

    async def asset(self, request: Request) -> Response:
        """A style sheet, a script, the icon.

        Raises:
            HTTPException: 404 for a name that is not there.
        """
        path = _ASSETS / request.path_params["name"]
        if path.suffix not in _TYPES or path.parent != _ASSETS or not path.is_file():
            raise HTTPException(404)
        return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})

    async def portal(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The real portal."""
        scene = self.workspace.view.scene
        answer: ASGIApp = scene.portals if scene else Response("Nothing to show yet.\n", 503)
        await answer(scope, receive, send)

    @asynccontextmanager
    async def living(self, app: Starlette) -> AsyncIterator[None]:
        """Follow each save while the application runs."""
        workspace = self.workspace
        task = asyncio.create_task(
            watch(
                workspace.sources,
                workspace.fingerprint,
                workspace.reload,
                lambda: self.news.tell(workspace.view.version),
            )
        )
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _shown(self, request: Request, asked: Sequence[Finding]) -> Response:
        view = self.workspace.view
        html = await self._page.html(view, request.query_params, self._now(), asked)
        headers = {
            "Content-Security-Policy": PAGE,
            "Cache-Control": "no-store",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
        return HTMLResponse(html, headers=headers)

    def _performance(self, request: Request) -> Performance:
        scene = self._scene()
        state, _ = choose(request.query_params, scene.choices)
        return Performance(scene, state, self._now())

    def _now(self) -> int:
        return self._clock() // _STEP_MS * _STEP_MS

    def _scene(self) -> Scene:
        scene = self.workspace.view.scene
        if scene is None:
            raise HTTPException(503)
        return scene


def application(preview: Preview) -> Starlette:
    """Build the application."""
    return Starlette(
        routes=[
            Route("/", preview.page),
            Route("/ask", preview.ask, methods=["GET", "POST"]),
            Route("/frame/mail", preview.mail),
            Route("/frame/still.png", preview.still),
            Route("/mail.eml", preview.eml),
            Route("/events", preview.events),
            Route("/assets/{name}", preview.asset),
        ],
        middleware=[Middleware(OwnHost), Middleware(_WithPortal, portal=preview.portal)],
        lifespan=preview.living,
    )


class _WithPortal:
    """Hands what lies under the portal's paths to it, as a proxy would."""

    def __init__(self, app: ASGIApp, portal: ASGIApp) -> None:
        self._app, self._portal = app, portal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path", "")
        first = path.split("/", 2)[1] if path.count("/") > 1 else ""
        is_portal = first in (PORTAL[1:], f"{PORTAL[1:]}-light", f"{PORTAL[1:]}-dark")
        await (self._portal if is_portal else self._app)(scope, receive, send)
