"""Deliveries to send, and a renderer that needs no templates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from channels.render.content import EmailContent, PushContent
from channels.testing.fcm_service import FcmService
from schemas.delivery import Delivery, EmailTo, Message, MobilePushTo, WebPushTo
from schemas.milestone_crossed import EventSource, MilestoneCrossed
from stream.runtime.settings import Settings

NOW = 1_800_000_000.0
CONTENT = PushContent(
    title="1,000 documents",
    body="You have processed 1,000 documents. That is 40 hours saved.",
    url="https://acme.example/share/abc",
    tag="Q2FpcuKAmQ-_",
    icon_url="https://acme.example/icon.png",
    badge_url="https://acme.example/badge.png",
    image_url="https://acme.example/image.png",
    language="en",
)


def crossing(milestone: str = "documents-1000") -> MilestoneCrossed:
    return MilestoneCrossed(
        id="7c1f5f5e-6a30-5d54-9c56-0f2a3b6f9f01", contact_id="c-1042", milestone=milestone, occurrence=1,
        metric="documents", kind="count", tier="major", threshold=1000, value_before=999, value=1000,
        occurred_at="2026-11-20T14:41:07.120Z", detected_at="2026-11-20T14:41:07.150Z", celebrate=True,
        rules_version=3,
        source=EventSource(topic="usage-events", partition=0, offset=1, event_source="", event_id="1"),
    )  # fmt: skip


def delivery(to: str | EmailTo | WebPushTo, milestone: str = "documents-1000") -> Delivery:
    """To a device by its token, or to another place."""
    return Delivery(
        id="0b0c7a54-6b7e-5a77-8f0e-3f1f8b0c1d2e",
        decision_id="f3b9b1a2-2c64-5a52-9a55-6f1de8b5a7c3",
        contact_id="c-1042",
        attempt=1,
        to=MobilePushTo(token=to) if isinstance(to, str) else to,
        released_at="2026-11-20T14:41:08.000Z",
        send_by="2026-11-20T14:46:08.000Z",
        message=Message(
            crossing=crossing(milestone),
            product="Acme",
            product_url="https://acme.example",
            locale="en",
            time_zone="Europe/Paris",
        ),
    )


@dataclass
class Rendered:
    """Renders everything to the same, or raises."""

    content: PushContent | Exception = CONTENT

    def push(self, delivery: Delivery) -> PushContent:
        if isinstance(self.content, Exception):
            raise self.content
        return self.content

    def email(self, delivery: Delivery) -> EmailContent:
        raise AssertionError("nobody asks for an email here")


def settings(service: FcmService, folder: Path, **own: Any) -> Settings:
    """Settings that lead to the service, with its service account in a file of mode 600."""
    file = folder / "service-account.json"
    file.touch(0o600)
    file.write_bytes(msgspec.json.encode(service.service_account()))
    return Settings.model_validate({"mobile_push": {"service_account": file, "fcm_url": service.url, **own}})
