"""When a refusal that names our settings stops the channel: the sender with its dispatcher, and a mail server."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace
from structlog.testing import capture_logs

from channels.dispatch.aftermath import Names
from channels.dispatch.breaker import OURS_IN_A_ROW
from channels.dispatch.claim import Claim
from channels.dispatch.clock import Clock
from channels.dispatch.desk import Desk, Terms
from channels.dispatch.figures import Figures
from channels.dispatch.writing import Writing
from channels.testing.mail_server import Answer, MailServer, Stage
from schemas.delivery import Delivery
from schemas.moment import parse_rfc3339
from schemas.receipt import Receipt, decode_receipt
from stream.runtime.child import Child
from tests.channels.dispatch.samples import Seeing, record
from tests.channels.email.samples import delivery, sending, settings
from tests.channels.waiting import eventually

ODD = "board@example.com"


async def dispatched(server: MailServer, deliveries: Sequence[Delivery]) -> tuple[list[Receipt], int]:
    """Their receipts, and how many providers are paused at the end. One goes at a time, and none is tried twice."""
    receipts: list[Receipt] = []
    faults: list[Exception] = []

    def ended(_claim: Claim, _offset: int, writings: Sequence[Writing]) -> None:
        receipts.append(decode_receipt(writings[0].value or b""))

    async with sending(server) as sender:
        now_ms = parse_rfc3339(deliveries[0].released_at)
        terms = Terms(
            settings(in_flight=1, retry_in_place=0.0).email,
            Names.of("", "email", 1_000_000),
            Clock(wall_ms=lambda: now_ms),
        )
        figures = Figures(Child(None), "email", lambda: 0.0)
        desk = Desk(
            terms, sender, figures, Seeing("email"), ended=ended, failed=faults.append, follow=lambda _held: None
        )
        desk.arrived([(record(each, nth), Claim(0)) for nth, each in enumerate(deliveries)])
        await eventually(lambda: len(receipts) == len(deliveries) or faults)
    assert not faults
    return receipts, desk.breakers_open


def test_a_restricted_mailbox_among_good_ones_stops_nobody() -> None:
    """Exchange answers 550 5.7.1 for it at RCPT: however often it is met, the others are sent."""

    async def story() -> None:
        async with MailServer() as server:
            server.keep_answering(Stage.RCPT, Answer(550, "5.7.1 restricted"), address=ODD)
            addresses = [ODD if nth % 2 else f"ada{nth}@example.com" for nth in range(20)]
            receipts, paused = await dispatched(server, [delivery(*each) for each in enumerate(addresses)])
            assert Counter((each.outcome, each.code) for each in receipts) == {
                ("sent", "250 2.0.0"): 10,
                ("deferred", "550 5.7.1"): 10,
            }
            assert paused == 0

    asyncio.run(story())


def test_wrong_credentials_stop_all_after_three() -> None:
    """What waits goes back to the planner without a word to the server: more refusals would lock the account."""

    async def story() -> None:
        async with MailServer() as server:
            server.keep_answering(Stage.MAIL, Answer(530, "5.7.0 authentication required"))
            receipts, paused = await dispatched(server, [delivery(number) for number in range(20)])
            assert Counter((each.outcome, each.code, each.tries) for each in receipts) == {
                ("deferred", "530 5.7.0", 1): OURS_IN_A_ROW,
                ("deferred", "provider_paused", 0): 20 - OURS_IN_A_ROW,
            }
            assert paused == 1

    asyncio.run(story())


def test_a_restricted_mailbox_alone_does_not_stop_a_quiet_channel() -> None:
    """The same contact again and again, and nobody else's message between: it stays theirs."""

    async def story() -> None:
        async with MailServer() as server:
            server.keep_answering(Stage.RCPT, Answer(550, "5.7.1 restricted"), address=ODD)
            deliveries = [replace(delivery(number, ODD), contact_id="c-odd") for number in range(12)]
            receipts, paused = await dispatched(server, deliveries)
            assert {(each.outcome, each.code) for each in receipts} == {("deferred", "550 5.7.1")}
            assert paused == 0

    asyncio.run(story())


def test_a_daily_quota_stops_all_at_the_first_word() -> None:
    """Every message waits at the planner, none is lost, and the server is asked once."""

    async def story() -> None:
        async with MailServer() as server:
            server.keep_answering(Stage.MESSAGE, Answer(550, "5.4.5 Daily user sending limit exceeded."))
            with capture_logs() as logs:
                receipts, paused = await dispatched(server, [delivery(number) for number in range(8)])
            assert Counter((each.outcome, each.code) for each in receipts) == {
                ("deferred", "550 5.4.5"): 1,
                ("deferred", "provider_paused"): 7,
            }
            assert paused == 1
            [loud] = [each for each in logs if each["log_level"] == "error"]
            assert "limit" in loud["detail"]

    asyncio.run(story())
