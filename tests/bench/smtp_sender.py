"""One email sender under measurement: `python -m tests.bench.smtp_sender ORDER`. Its result is one line of JSON.

ORDER is the arguments of `measure` as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from channels.dispatch.outcome import Delivered
from channels.dispatch.sender import Sender
from channels.email.sender import make_sender
from channels.render.content import EmailContent, PushContent
from schemas.delivery import Delivery, EmailTo, Message, delivery_id
from stream.runtime.settings import Email, Settings
from tests.bench.guard import end_with_parent

WARM = 500
"""Messages before the measured ones: the connections stand, and the interpreter has seen each line of code."""
_ROW = '<tr><td style="padding:8px 24px;font-size:16px">Félicitations: 1,000 documents, and what comes next</td></tr>\n'
HTML = f"<!doctype html>\n<html lang=en><body><table>\n{_ROW * 180}</table></body></html>\n"
"""About 20 KB, as a message with its style inlined has."""


class Rendered:
    """The same content for everybody: what rendering costs is another row's."""

    def email(self, delivery: Delivery) -> EmailContent:
        """Return it, with a link of one's own."""
        return EmailContent(
            subject="Félicitations: your 1,000th document",
            html=HTML,
            text="Félicitations! 1,000 documents.\n" * 20,
            unsubscribe_url=f"https://acme.example/u/{delivery.id}{'x' * 100}",
            language="en",
        )

    def push(self, delivery: Delivery) -> PushContent:
        """There is no push in this row."""
        raise NotImplementedError


async def measure(port: int, messages: int, in_flight: int) -> dict[str, float]:
    """Send and return wall and CPU seconds, and how many were delivered."""
    email = Email(
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_tls="none",
        in_flight=in_flight,
        sender="hello@acme.example",
        postal_address="1 Main Street",
    )
    sender = make_sender(Settings(email=email), Rendered())
    await _send(sender, [_delivery(number) for number in range(WARM)], in_flight)
    deliveries = [_delivery(WARM + number) for number in range(messages)]
    wall, cpu = time.perf_counter(), time.process_time()
    delivered = await _send(sender, deliveries, in_flight)
    result = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "delivered": delivered}
    await sender.close()
    return result


async def _send(sender: Sender, deliveries: list[Delivery], in_flight: int) -> int:
    """Keep so many in flight, and count those that were delivered."""
    waiting = iter(deliveries)

    async def one_after_another() -> int:
        return sum([isinstance(await sender.send(each), Delivered) for each in waiting])

    return sum(await asyncio.gather(*(one_after_another() for _ in range(in_flight))))


def _delivery(number: int) -> Delivery:
    decision = f"d-{number}"
    return Delivery(
        id=delivery_id(decision, "0" * 64),
        decision_id=decision,
        contact_id=f"c-{number}",
        attempt=1,
        to=EmailTo(address=f"contact{number}@example.com"),
        released_at="2026-11-20T14:41:07.120Z",
        send_by="2026-11-20T14:46:07.120Z",
        message=Message(product="Acme", product_url="https://acme.example", locale="en", time_zone="UTC"),
    )


if __name__ == "__main__":
    end_with_parent()
    print(json.dumps(asyncio.run(measure(**json.loads(sys.argv[1])))), flush=True)
