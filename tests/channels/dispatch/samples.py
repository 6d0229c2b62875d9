"""Deliveries to try things with."""

from __future__ import annotations

from typing import Any

import msgspec

from channels.dispatch.watch import Watch
from schemas.channel import Channel
from schemas.contact import WebPushTarget
from schemas.delivery import Delivery, EmailTo, Message, MobilePushTo, WebPushTo, delivery_id, encode_delivery
from schemas.moment import rfc3339
from schemas.target_digest import target_digest
from tests.stand_in import StandIn

NOW_MS = 1_800_000_000_000
LEASE_MS = 300_000
TOPIC = "deliveries-web-push"


def browser(contact: str) -> WebPushTo:
    """A browser of a contact."""
    keys: Any = {"p256dh": "p", "auth": "a"}
    return WebPushTo(
        target=msgspec.convert({"endpoint": f"https://push.example/{contact}", "keys": keys}, WebPushTarget)
    )


def delivery(
    contact: str = "c-1",
    *,
    to: EmailTo | WebPushTo | MobilePushTo | None = None,
    attempt: int = 1,
    now_ms: int = NOW_MS,
    lease_ms: int = LEASE_MS,
) -> Delivery:
    """A delivery that was released just now."""
    return Delivery(
        id=delivery_id(f"decision-{contact}", target_digest(contact)),
        decision_id=f"decision-{contact}",
        contact_id=contact,
        attempt=attempt,
        to=to or browser(contact),
        released_at=rfc3339(now_ms),
        send_by=rfc3339(now_ms + lease_ms),
        message=Message(product="Acme", product_url="https://acme.example", locale="en", time_zone="UTC"),
    )


def record(of: Delivery, offset: int = 0, partition: int = 0, *, written_ms: int = NOW_MS) -> StandIn:
    """The record of a delivery."""
    return StandIn(of.contact_id.encode(), encode_delivery(of), t=TOPIC, p=partition, o=offset, ms=written_ms)


class Seeing(Watch):
    """A watch of one who is up to date with contact-changes, on which nobody says anything."""

    def __init__(self, channel: Channel = "web_push") -> None:
        super().__init__(channel, 0)

    def is_blind(self, partition: int, now: float) -> bool:
        return False

    def covers(self, job: object) -> bool:
        return True

    def against(self, job: object) -> None:
        return None
