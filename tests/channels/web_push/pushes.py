"""A sender of the settings, deliveries for it, and what it says without templates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from channels.render.content import EmailContent, PushContent
from channels.render.error import RenderError
from channels.testing.push_service import Subscription
from channels.web_push.keys import VapidKeys
from schemas.contact import WebPushKeys, WebPushTarget
from schemas.delivery import Delivery, EmailTo, Message, WebPushTo
from stream.runtime.settings import Settings

SUBJECT = "mailto:push@acme.example"
NOW = "2026-11-20T14:41:07.120Z"
CONTENT = PushContent(
    title="Ten documents \N{PARTY POPPER}",
    body="Zehn \N{WHITE RIGHT POINTING INDEX} “geschafft”",
    url="https://acme.example/m/abc?d=1&e=2",
    tag="nYk3o2D4Qe6sV9uW1xYzAg",
    icon_url="https://acme.example/icon.png",
    badge_url="https://acme.example/badge.png",
    image_url=None,
    language="en",
)


@dataclass
class FixedRenderer:
    """Says the same of every delivery; `failing` is raised instead."""

    content: PushContent = CONTENT
    failing: RenderError | None = None

    def push(self, delivery: Delivery) -> PushContent:
        if self.failing:
            raise self.failing
        return self.content

    def email(self, delivery: Delivery) -> EmailContent:
        raise NotImplementedError("no email is rendered here")


def settings(keys: VapidKeys, ca_file: Path | None = None, **changed: object) -> Settings:
    own: dict[str, object] = {"vapid_private_key": keys.private, "vapid_subject": SUBJECT}
    if ca_file is not None:
        own |= {"loopback_endpoints": True, "loopback_ca_file": ca_file}
    return Settings.model_validate({"web_push": own | changed})


def target(subscription: Subscription, **changed: str) -> WebPushTarget:
    given = {"endpoint": subscription.endpoint, "p256dh": subscription.p256dh, "auth": subscription.auth} | changed
    return WebPushTarget(endpoint=given["endpoint"], keys=WebPushKeys(p256dh=given["p256dh"], auth=given["auth"]))


def delivery(to: WebPushTarget | EmailTo) -> Delivery:
    return Delivery(
        id="5f6d4b0e-52ab-5f0f-8d60-0e8ce6c3a001",
        decision_id="5f6d4b0e-52ab-5f0f-8d60-0e8ce6c3a002",
        contact_id="c-1042",
        attempt=1,
        to=WebPushTo(target=to) if isinstance(to, WebPushTarget) else to,
        released_at=NOW,
        send_by=NOW,
        message=Message(product="Acme", product_url="https://acme.example", locale="en", time_zone="UTC"),
    )
