"""The sender of mobile push under measurement: `python -m tests.bench.fcm_sender ORDER`. One line of JSON comes back.

ORDER is JSON: `url` and `key` (the file of a service account) lead to FCM, `devices` take the messages in turn, `warm`
and `messages` say how many, `in_flight` how many at once.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from channels.dispatch.outcome import Delivered
from channels.dispatch.sender import Sender
from channels.mobile_push.sender import make_sender
from channels.render.content import EmailContent, PushContent
from schemas.delivery import Delivery, Message, MobilePushTo
from schemas.milestone_crossed import EventSource, MilestoneCrossed
from schemas.moment import rfc3339
from schemas.name_id import name_id
from stream.runtime.settings import Settings
from tests.bench.failure import BenchError
from tests.bench.guard import end_with_parent

RELEASED = rfc3339(1_790_000_000_000)


class Rendered:
    """Costs nothing: the templates are measured apart."""

    def push(self, delivery: Delivery) -> PushContent:
        """Return a notification of usual size."""
        return PushContent(
            title="1,000 documents processed",
            body="You have processed 1,000 documents with Acme. That is about forty hours saved.",
            url=f"https://portal.acme.example/s/{delivery.id}{'x' * 200}",
            tag=delivery.id.replace("-", ""),
            icon_url="https://portal.acme.example/icon.png",
            badge_url="https://portal.acme.example/badge.png",
            image_url="https://portal.acme.example/image.png",
            language="en",
        )

    def email(self, delivery: Delivery) -> EmailContent:
        """Refuse: no email is sent here."""
        raise BenchError("the bench of mobile push renders no email")


def deliveries(devices: Sequence[str], count: int) -> Iterator[Delivery]:
    """Yield deliveries to the devices in turn."""
    for number in range(count):
        crossing = MilestoneCrossed(
            id=name_id(["bench", number]), contact_id=f"c-{number}", milestone="documents-1000", occurrence=1,
            metric="documents", kind="count", tier="major", threshold=1000, value_before=999, value=1000,
            occurred_at=RELEASED, detected_at=RELEASED, celebrate=True, rules_version=1,
            source=EventSource(topic="usage-events", partition=0, offset=number, event_source="", event_id="1"),
        )  # fmt: skip
        yield Delivery(
            id=name_id(["bench-delivery", number]),
            decision_id=name_id(["bench-decision", number]),
            contact_id=crossing.contact_id,
            attempt=1,
            to=MobilePushTo(token=devices[number % len(devices)]),
            released_at=RELEASED,
            send_by=RELEASED,
            message=Message(
                crossing=crossing,
                product="Acme",
                product_url="https://acme.example",
                locale="en",
                time_zone="Europe/Paris",
            ),
        )


async def send(sender: Sender, waiting: Iterator[Delivery], in_flight: int) -> None:
    """Send all, so many at once.

    Raises:
        BenchError: one was not delivered.
    """

    async def lane() -> None:
        for delivery in waiting:
            outcome = await sender.send(delivery)
            if not isinstance(outcome, Delivered):
                raise BenchError(f"a message was not delivered: {outcome}")

    await asyncio.gather(*(lane() for _ in range(in_flight)))


async def measure(
    url: str, key: str, devices: Sequence[str], warm: int, messages: int, in_flight: int
) -> dict[str, float]:
    """Return how many events (messages) took how many seconds, and seconds of this process on a CPU."""
    own = {"service_account": Path(key), "fcm_url": url, "in_flight": in_flight}
    sender = make_sender(Settings.model_validate({"mobile_push": own}), Rendered())
    try:
        await send(sender, deliveries(devices, warm), in_flight)
        ready = list(deliveries(devices, messages))
        began, cpu = time.perf_counter(), time.process_time()
        await send(sender, iter(ready), in_flight)
        return {
            "events": messages,
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
        }
    finally:
        await sender.close()


if __name__ == "__main__":
    end_with_parent()
    print(json.dumps(asyncio.run(measure(**json.loads(sys.argv[1])))), flush=True)
