"""Too many at once: fewer are handed over, and nobody else waits."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from structlog.testing import capture_logs

from channels.dispatch.aftermath import Names
from channels.dispatch.claim import Claim
from channels.dispatch.clock import Clock
from channels.dispatch.desk import Desk, Terms
from channels.dispatch.figures import Figures
from channels.dispatch.outcome import Outcome, Unavailable
from channels.dispatch.writing import Writing
from channels.testing.mail_server import MailServer
from schemas.delivery import Delivery
from schemas.moment import parse_rfc3339
from schemas.receipt import Receipt, decode_receipt
from stream.runtime.child import Child
from stream.runtime.settings import WebPush
from tests.channels.dispatch.samples import Seeing, record
from tests.channels.dispatch.test_desk import Scene, arrive
from tests.channels.email import samples as email
from tests.channels.waiting import eventually


def test_a_server_for_three_connections_gets_all_from_sixteen_places() -> None:
    """Each `432 4.3.2` halves what is handed over, and gives its connection back, until everything passes: with no
    pause for the channel, which would lose its freshness, and nothing given back to the planner.
    """
    receipts: list[Receipt] = []
    faults: list[Exception] = []

    def ended(_claim: Claim, _offset: int, writings: Sequence[Writing]) -> None:
        receipts.append(decode_receipt(writings[0].value or b""))

    async def play() -> None:
        async with MailServer(connections_limit=3) as server, email.sending(server) as sender:
            deliveries = [email.delivery(number, f"ada{number}@example.com") for number in range(40)]
            now_ms = parse_rfc3339(deliveries[0].released_at)
            desk = Desk(
                Terms(
                    email.settings(in_flight=16, retry_in_place=300.0).email,
                    Names.of("", "email", 1_000_000),
                    Clock(wall_ms=lambda: now_ms),
                ),
                sender,
                Figures(Child(None), "email", lambda: 0.0),
                Seeing("email"),
                ended=ended,
                failed=faults.append,
                follow=lambda _held: None,
            )
            with capture_logs() as logs:
                desk.arrived([(record(each, nth), Claim(0)) for nth, each in enumerate(deliveries)])
                await eventually(lambda: len(receipts) == len(deliveries) or faults)
            assert Counter(each.outcome for each in receipts) == {"sent": 40}
            assert len(server.messages) == 40
            told = Counter(each["event"] for each in logs)
            assert told["provider_wants_fewer"]
            assert not told["provider_paused"]

    asyncio.run(play())
    assert not faults


def test_where_even_one_is_too_many_the_channel_pauses() -> None:
    """Somebody else uses all that the account may have at once."""

    async def crowded(_of: Delivery) -> Outcome:
        return Unavailable(code="432 4.3.2", fewer=True)

    async def play() -> None:
        scene = Scene(crowded, WebPush(in_flight=4, breaker_failures=3, retry_in_place=0.0))
        desk = scene.desk()
        arrive(desk, *(f"up-{number}" for number in range(8)))
        await eventually(lambda: len(scene.asked) >= 4)
        for number in range(8):
            scene.now += 2.0
            arrive(desk, f"up-{8 + number}")
            await eventually(lambda: desk.breakers_open or not desk.in_flight)
        assert desk.breakers_open == 1

    asyncio.run(play())
