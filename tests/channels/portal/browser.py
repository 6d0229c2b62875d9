"""Asks the portal as a client would, without a socket."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message

from channels.portal.settings import PortalSettings
from channels.portal.tokens import Share, Tokens, Unsubscribe
from schemas.channel import Channel
from schemas.contact_change import ContactChange

KEY = "k" * 32
CROSSING = UUID("8a3f6a3e-2d3b-5b1e-9b6e-0d2b6f5c9a11")
NOW = 1_795_185_667.25
TOKENS = Tokens([KEY])
SHARE = Share(
    crossing_id=CROSSING,
    milestone="documents-1000",
    value="1001",
    unit="documents",
    on=date(2026, 11, 20),
    headline="A thousand documents, one at a time",
    locale="en-GB",
)


def settings(**changed: object) -> PortalSettings:
    values: dict[str, object] = {
        "public_url": "https://acme.example/celebrate/",
        "product_name": "Acme Boards",
        "product_url": "https://app.acme.example",
        "keys": [KEY],
    }
    return PortalSettings(**(values | changed))  # type: ignore[arg-type]


def unsubscribe_path(contact_id: str = "c-1042", channel: Channel = "email", locale: str = "en") -> str:
    wish = Unsubscribe(contact_id=contact_id, channel=channel, crossing_id=CROSSING, locale=locale)
    return f"/u/{TOKENS.unsubscribe.close(wish)}"


@dataclass
class Outbox:
    """What was published; `failing` is raised instead."""

    failing: Exception | None = None
    changes: list[ContactChange] = field(default_factory=list)

    async def __call__(self, change: ContactChange) -> None:
        if self.failing:
            raise self.failing
        self.changes.append(change)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


async def ask(
    app: ASGIApp,
    path: str,
    method: str = "GET",
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    client: str = "192.0.2.1",
) -> Answer:
    """Send one request and collect the whole answer; what the application raises after answering is dropped."""
    sent: list[Message] = []
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
        "client": (client, 40000),
        "server": ("acme.example", 443),
    }
    try:
        await app(scope, receive, send)
    except Exception:
        if not sent:
            raise
    start = sent[0]
    return Answer(start["status"], Headers(raw=start["headers"]), b"".join(each.get("body", b"") for each in sent[1:]))
