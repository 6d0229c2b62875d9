"""Pages of the portal as the preview shows them: within its frames, in one scheme, with a line that says so."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.preview.scheme import forced

NOTE = (
    '<link rel="stylesheet" href="/assets/note.css">'
    '<p class="cairn-preview-note" role="note" lang="en" dir="ltr">'
    "This is a preview: nothing here is written, and nobody is unsubscribed.</p>"
)
_BODY = re.compile(r"<body\b[^>]*>")
_TEXTS = ("text/html", "text/css")


class Framed:
    """ASGI application around the portal. Answers are small, so each is held until it is whole."""

    def __init__(self, app: ASGIApp, scheme: str | None) -> None:
        """Take the portal; `scheme` None leaves light and dark to the machine."""
        self._app, self._scheme = app, scheme

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        start: Message = {}
        body = bytearray()

        async def held(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                await self._answer(start, bytes(body), send)

        await self._app(scope, receive, held)

    async def _answer(self, start: Message, body: bytes, send: Send) -> None:
        headers = MutableHeaders(scope=start)
        kind = headers.get("content-type", "").partition(";")[0]
        policy = headers.get("content-security-policy")
        if policy:
            headers["content-security-policy"] = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        if kind in _TEXTS and body:
            text = body.decode()
            text = forced(text, self._scheme) if self._scheme else text
            if kind == "text/html":
                text = _BODY.sub(lambda tag: tag[0] + NOTE, text, count=1)
            body = text.encode()
            headers["content-length"] = str(len(body))
        # Pages change with every save.
        headers["cache-control"] = "no-store"
        await send(start)
        await send({"type": "http.response.body", "body": body})
