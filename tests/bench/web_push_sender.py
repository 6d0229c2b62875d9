"""The real sender, kept busy: `python -m tests.bench.web_push_sender ORDER`, ORDER being `Order` as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from channels.dispatch.outcome import Delivered
from channels.dispatch.sender import Sender
from channels.render.content import EmailContent, PushContent
from channels.testing.user_agent import UserAgent
from channels.web_push.keys import VapidKeys
from channels.web_push.sender import make_sender
from schemas.contact import WebPushKeys, WebPushTarget
from schemas.delivery import Delivery, Message, WebPushTo
from stream.runtime.settings import Settings
from tests.bench.failure import BenchError
from tests.bench.guard import end_with_parent

BROWSERS = 1_000
"""Each has its own keys: no point is parsed once for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be sent where; `warm` messages before those that count open the connections."""

    url: str
    ca_file: str
    messages: int
    warm: int = 1_000
    in_flight: int = 100


class Rendered:
    """A notification of a common size: 560 bytes as JSON."""

    _push = PushContent(
        title="1,000 documents processed",
        body="You have just processed your thousandth document. That is about 80 hours of typing you did not do.",
        url="https://acme.example/celebrate/m/" + "x" * 200,
        tag="nYk3o2D4Qe6sV9uW1xYzAg",
        icon_url="https://acme.example/icons/192.png",
        badge_url="https://acme.example/icons/badge.png",
        language="en",
    )

    def push(self, delivery: Delivery) -> PushContent:
        """The same for all: to render is not what is measured."""
        return self._push

    def email(self, delivery: Delivery) -> EmailContent:
        """Nobody asks."""
        raise NotImplementedError


async def send_all(order: Order) -> dict[str, float]:
    """Send them, `in_flight` at once, and return how many, in how many seconds of wall and CPU.

    Raises:
        BenchError: one was not taken.
    """
    settings = Settings.model_validate(
        {
            "web_push": {
                "vapid_private_key": VapidKeys.generate().private,
                "vapid_subject": "mailto:push@acme.example",
                "loopback_endpoints": True,
                "loopback_ca_file": Path(order.ca_file),
                "in_flight": order.in_flight,
            }
        }
    )
    sender = make_sender(settings, Rendered())
    deliveries = list(_deliveries(order.url))
    try:
        await _send(sender, deliveries, order.warm, order.in_flight)
        wall, cpu = time.perf_counter(), time.process_time()
        await _send(sender, deliveries, order.messages, order.in_flight)
        return {
            "messages": order.messages,
            "seconds": time.perf_counter() - wall,
            "cpu": time.process_time() - cpu,
        }
    finally:
        await sender.close()


async def _send(sender: Sender, deliveries: list[Delivery], count: int, at_once: int) -> None:
    numbers = iter(range(count))

    async def keep_sending() -> None:
        for number in numbers:
            outcome = await sender.send(deliveries[number % len(deliveries)])
            if not isinstance(outcome, Delivered):
                raise BenchError(f"a message was not taken: {outcome}")

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(keep_sending())


def _deliveries(url: str) -> Iterator[Delivery]:
    message = Message(product="Acme", product_url="https://acme.example", locale="en", time_zone="UTC")
    for number in range(BROWSERS):
        browser = UserAgent()
        keys = WebPushKeys(p256dh=browser.p256dh, auth=browser.auth)
        yield Delivery(
            id=f"d-{number}",
            decision_id=f"e-{number}",
            contact_id=f"c-{number}",
            attempt=1,
            to=WebPushTo(target=WebPushTarget(endpoint=f"{url}/push/{number}", keys=keys)),
            released_at="2026-11-20T14:41:07.120Z",
            send_by="2026-11-20T14:46:07.120Z",
            message=message,
        )


def order_of(url: str, ca_file: str, messages: int) -> str:
    """Return the order as its argument."""
    return json.dumps(asdict(Order(url=url, ca_file=ca_file, messages=messages)))


if __name__ == "__main__":
    end_with_parent()
    print(json.dumps(asyncio.run(send_all(Order(**json.loads(sys.argv[1]))))), flush=True)
