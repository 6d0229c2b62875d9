"""The loop that sends, with a sender that does what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest
import structlog

from channels.dispatch.aftermath import Names
from channels.dispatch.breaker import OURS_IN_A_ROW
from channels.dispatch.claim import Claim
from channels.dispatch.clock import Clock
from channels.dispatch.desk import Desk, Terms
from channels.dispatch.figures import Figures
from channels.dispatch.outcome import Delivered, Outcome, RetryLater, Unavailable
from channels.dispatch.suppressions import Heard
from channels.dispatch.watch import Turn, Watch, kept_ms
from channels.dispatch.writing import Writing
from schemas.contact_change import Change, ContactChange
from schemas.delivery import Delivery
from schemas.receipt import Receipt, decode_receipt
from stream.runtime.child import Child
from stream.runtime.settings import WebPush
from tests.channels.dispatch.samples import LEASE_MS, NOW_MS, Seeing, delivery, record
from tests.channels.waiting import eventually


@dataclass
class Scene:
    """A desk, what its sender does, and what it has ended; `clock` moves only when a test moves it."""

    act: Callable[[Delivery], Awaitable[Outcome]]
    settings: WebPush = field(default_factory=WebPush)
    now: float = 0.0
    chance: float = 0.0
    asked: list[str] = field(default_factory=list)
    ended: list[tuple[int, Sequence[Writing]]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    watch: Watch = field(default_factory=Seeing)
    followed: list[tuple[int, ...]] = field(default_factory=list)

    def provider_of(self, of: Delivery) -> str:
        if of.contact_id.startswith("no-provider"):
            raise ValueError(of.contact_id)
        return of.contact_id.split("-")[0]

    async def send(self, of: Delivery) -> Outcome:
        self.asked.append(of.contact_id)
        return await self.act(of)

    async def close(self) -> None:
        return

    def desk(self) -> Desk:
        self.figures = Figures(Child(None), "web_push", lambda: self.now)
        clock = Clock(lambda: self.now, lambda: NOW_MS + round(self.now * 1000))
        terms = Terms(self.settings, Names.of("", "web_push", 1_000_000), clock, lambda: self.chance)
        return Desk(
            terms,
            self,
            self.figures,
            self.watch,
            ended=self._ended,
            failed=self.faults.append,
            follow=self.followed.append,
        )

    def receipts(self) -> list[Receipt]:
        found = [decode_receipt(writings[0].value or b"") for _, writings in self.ended]
        assert not self.faults
        return found

    def has_sent(self, contact: str) -> bool:
        return any((each.contact_id, each.outcome) == (contact, "sent") for each in self.receipts())

    def _ended(self, _claim: Claim, offset: int, writings: Sequence[Writing]) -> None:
        self.ended.append((offset, writings))


async def at_once(_of: Delivery) -> Outcome:
    return Delivered(code="201")


def arrive(desk: Desk, *contacts: str, claim: Claim | None = None, lease_ms: int = LEASE_MS) -> None:
    batch = [(record(delivery(each, lease_ms=lease_ms), nth), claim or Claim(0)) for nth, each in enumerate(contacts)]
    desk.arrived(list(batch))


def test_no_more_requests_run_than_there_are_places() -> None:
    """And each place is taken again at once."""

    async def play() -> None:
        doors = asyncio.Semaphore(0)

        async def wait(_of: Delivery) -> Outcome:
            await doors.acquire()
            return Delivered(code="201")

        scene = Scene(wait, WebPush(in_flight=2))
        desk = scene.desk()
        arrive(desk, *(f"up-{number}" for number in range(5)))
        await eventually(lambda: len(scene.asked) == 2)
        assert desk.in_flight == 5
        doors.release()
        await eventually(lambda: len(scene.asked) == 3)
        for _ in range(4):
            doors.release()
        await eventually(lambda: len(scene.ended) == 5)
        assert {each.outcome for each in scene.receipts()} == {"sent"}
        assert desk.in_flight == 0

    asyncio.run(play())


def test_a_sender_that_raises_costs_its_own_delivery_only() -> None:
    """A dead letter for it, no address in the log, and the breaker does not count it."""

    async def act(of: Delivery) -> Outcome:
        if of.contact_id.startswith("up-bad"):
            raise RuntimeError(f"cannot encode {of.contact_id}")
        return Delivered(code="201")

    async def play() -> None:
        scene = Scene(act, WebPush(breaker_failures=1))
        desk = scene.desk()
        with structlog.testing.capture_logs() as logs:
            arrive(desk, "up-bad-1", "up-2", "no-provider-3", "up-4")
            await eventually(lambda: len(scene.ended) == 4)
        outcomes = {each.contact_id: each.outcome for each in scene.receipts()}
        assert outcomes == {
            "up-bad-1": "dead_lettered",
            "up-2": "sent",
            "no-provider-3": "dead_lettered",
            "up-4": "sent",
        }
        assert desk.breakers_open == 0
        assert len(logs) == 2
        assert "up-bad-1" not in str(logs)

    asyncio.run(play())


def test_no_request_begins_for_a_partition_that_is_gone() -> None:
    """What was under way then may end, and is handed over: the partition waits for it."""

    async def play() -> None:
        door = asyncio.Event()

        async def wait(_of: Delivery) -> Outcome:
            await door.wait()
            return Delivered(code="201")

        scene = Scene(wait, WebPush(in_flight=1))
        desk, claim = scene.desk(), Claim(0)
        arrive(desk, "up-0", "up-1", claim=claim)
        await eventually(lambda: scene.asked)
        claim.closed = True
        assert claim.sending == 1
        door.set()
        await eventually(lambda: not claim.sending)
        arrive(desk, "up-9")
        await eventually(lambda: len(scene.ended) == 2)
        assert scene.asked == ["up-0", "up-9"]

    asyncio.run(play())


def test_a_drain_begins_nothing_and_waits() -> None:
    """Requests that outlast it are cut off, and not ended: somebody sends them again."""

    async def play() -> None:
        door = asyncio.Event()

        async def wait(of: Delivery) -> Outcome:
            if of.contact_id == "up-0":
                await door.wait()
            else:
                await asyncio.Event().wait()
            return Delivered(code="201")

        scene = Scene(wait, WebPush(in_flight=2))
        desk = scene.desk()
        arrive(desk, "up-0", "up-1", "up-2")
        await eventually(lambda: len(scene.asked) == 2)
        asyncio.get_running_loop().call_soon(door.set)
        assert await desk.drain(0.2) == 1
        assert [offset for offset, _ in scene.ended] == [0]
        assert scene.asked == ["up-0", "up-1"]

    asyncio.run(play())


def test_a_sender_that_never_comes_back_ends_as_unknown() -> None:
    """Else its record would hold its partition's position for ever."""

    async def hang(_of: Delivery) -> Outcome:
        await asyncio.Event().wait()
        raise AssertionError

    async def play() -> None:
        scene = Scene(hang, WebPush(attempt_timeout=0.005, after_unknown="drop"))
        arrive(scene.desk(), "up-0")
        await eventually(lambda: scene.ended)
        (receipt,) = scene.receipts()
        assert (receipt.outcome, receipt.code) == ("unknown", "no_answer")

    asyncio.run(play())


def test_wrong_credentials_stop_all_after_three_and_name_the_cure() -> None:
    """The third refusal in a row is an error in the log; what waits goes back after its time in place."""

    async def refuse(_of: Delivery) -> Outcome:
        return Unavailable(code="535", ours=True)

    async def play() -> None:
        scene = Scene(refuse, WebPush(in_flight=1, breaker_pause=1000.0))
        desk = scene.desk()
        with structlog.testing.capture_logs() as logs:
            arrive(desk, "up-0", "up-1", "up-2", "up-3")
            await eventually(lambda: desk.breakers_open)
        (error,) = [each for each in logs if each["log_level"] == "error"]
        assert "credentials" in error["fix"]
        assert len(scene.asked) == OURS_IN_A_ROW
        scene.now = 31.0
        arrive(desk, "other-0")
        await eventually(lambda: len(scene.ended) >= 4)
        deferred = [each for each in scene.receipts() if each.outcome == "deferred"]
        assert {each.contact_id for each in deferred} == {"up-0", "up-1", "up-2", "up-3"}
        assert all((each.until or "") > "2027-01-15T08:16" for each in deferred), "not before the pause is over"

    asyncio.run(play())


def test_one_odd_mailbox_among_good_ones_stops_nobody() -> None:
    """Refused as if it were our fault at each of its attempts, it alone goes back to the planner."""

    async def act(of: Delivery) -> Outcome:
        if of.contact_id == "up-odd":
            return Unavailable(code="550 5.7.1", ours=True)
        return Delivered(code="250")

    async def play() -> None:
        scene = Scene(act, WebPush(in_flight=1), chance=0.5)
        desk = scene.desk()
        good = [f"up-{number}" for number in range(20)]
        with structlog.testing.capture_logs() as logs:
            arrive(desk, "up-odd")
            for each in good:
                arrive(desk, each)
                await eventually(partial(scene.has_sent, each))
                scene.now += 2.0
            await eventually(lambda: len(scene.ended) == len(good) + 1)
        outcomes = {each.contact_id: each.outcome for each in scene.receipts()}
        assert outcomes == {"up-odd": "deferred"} | dict.fromkeys(good, "sent")
        assert scene.asked.count("up-odd") > OURS_IN_A_ROW
        assert desk.breakers_open == 0
        assert logs == []

    asyncio.run(play())


def test_receipts_name_the_provider_and_metrics_do_not() -> None:
    """Strangers choose the hosts below a push service: as a label each would be a series for ever."""

    async def play() -> None:
        scene = Scene(at_once)
        arrive(scene.desk(), "stranger-0")
        await eventually(lambda: scene.ended)
        (receipt,) = scene.receipts()
        assert receipt.provider == "stranger"
        meter = scene.figures.meter
        labels = [each for table in (meter.counters, meter.gauges, meter.histograms) for each in table.values()]
        assert len(labels) > 3
        assert "stranger" not in str(labels)

    asyncio.run(play())


@pytest.mark.parametrize("lease_ms", [0, -1000])
def test_a_lease_that_is_over_when_it_comes_is_given_back_at_once(lease_ms: int) -> None:
    """Unsent, and the planner may ask again now."""

    async def play() -> None:
        scene = Scene(at_once)
        arrive(scene.desk(), "up-0", lease_ms=lease_ms)
        (receipt,) = scene.receipts()
        assert (receipt.outcome, receipt.code, receipt.until) == ("deferred", "lease_expired", receipt.at)
        assert scene.asked == []

    asyncio.run(play())


def test_a_lease_that_was_over_when_it_was_written_tells_of_the_clocks() -> None:
    """Ten minutes apart, 33 deliveries came and none was sent, without a line: now one says by how much, and each
    receipt why.
    """

    async def play() -> None:
        scene = Scene(at_once)
        claim = Claim(0)
        claim.known_end = (0, scene.now)
        desk = scene.desk()
        old = [record(delivery(f"up-{nth}", lease_ms=-300_000), nth, written_ms=NOW_MS - 600_000) for nth in range(33)]
        with structlog.testing.capture_logs() as logs:
            desk.arrived([(each, claim) for each in old])

        assert {(each.outcome, each.code) for each in scene.receipts()} == {("deferred", "clock_skew")}
        assert "600 s ahead" in (scene.receipts()[0].detail or "")
        assert {(line["event"], line["difference"]) for line in logs} == {("clock_skew", "600 s")}
        assert scene.figures.meter.gauges["cairn_clock_skew_seconds"] == {("0",): 600.0}
        assert scene.asked == []

    asyncio.run(play())


def test_a_delivery_from_the_future_is_sent_and_told() -> None:
    """Its lease lasts too long: consent may be older than it should be."""

    async def play() -> None:
        scene = Scene(at_once)
        desk = scene.desk()
        with structlog.testing.capture_logs() as logs:
            desk.arrived([(record(delivery("up-0"), 0, written_ms=NOW_MS + 600_000), Claim(0))])
            await eventually(lambda: scene.has_sent("up-0"))

        assert [(line["event"], line["this_clock"]) for line in logs] == [("clock_skew", "behind the planner's")]

    asyncio.run(play())


def test_an_old_lease_after_a_downtime_is_no_matter_of_clocks() -> None:
    """Nobody knows since when it lay there; that nothing of it is sent is told all the same."""

    async def play() -> None:
        scene = Scene(at_once)
        desk = scene.desk()
        with structlog.testing.capture_logs() as logs:
            desk.arrived([(record(delivery("up-0", lease_ms=-1), 0, written_ms=NOW_MS - 600_000), Claim(0))])

        assert [each.code for each in scene.receipts()] == ["lease_expired"]
        assert [line["event"] for line in logs] == ["lease_over_on_arrival"]

    asyncio.run(play())


def changes_watch(*, known_at: float = 0.0) -> Watch:
    watch = Watch("web_push", kept_ms(LEASE_MS / 1000))
    watch.take(Turn(begun={0: NOW_MS - 600_000}, known={0: known_at}), NOW_MS)
    return watch


def a_no(contact: str, kind: Change = "unsubscribe", *, heard_at: float) -> Turn:
    change = ContactChange(contact_id=contact, change=kind, at=NOW_MS)
    return Turn(heard=((0, Heard(change, NOW_MS, heard_at)),), known={0: heard_at})


def test_who_says_no_while_deliveries_wait_gets_none() -> None:
    """One place is taken; those behind it are looked at again when their turn comes."""

    async def play() -> None:
        doors = asyncio.Semaphore(0)

        async def wait(_of: Delivery) -> Outcome:
            await doors.acquire()
            return Delivered(code="201")

        scene = Scene(wait, WebPush(in_flight=1), watch=changes_watch())
        desk = scene.desk()
        arrive(desk, "up-1", "up-2", "up-3", "up-4")
        await eventually(lambda: scene.asked == ["up-1"])
        scene.now = 1.0
        desk.followed(a_no("up-2", heard_at=1.0))
        desk.followed(a_no("up-4", "erase", heard_at=1.0))
        for _ in range(4):
            doors.release()
        await eventually(lambda: len(scene.ended) == 4)
        assert scene.asked == ["up-1", "up-3"]
        dropped = {each.contact_id: each for each in scene.receipts() if each.outcome == "suppressed"}
        assert {name: (each.code, each.tries) for name, each in dropped.items()} == {
            "up-2": ("unsubscribe", 0),
            "up-4": ("erase", 0),
        }
        assert scene.figures.meter.counters["cairn_receipts_total"][("web_push", "suppressed")] == 2

    asyncio.run(play())


def test_a_no_between_two_tries_is_the_end() -> None:
    """It failed and would be tried again in place."""

    async def fail(_of: Delivery) -> Outcome:
        return RetryLater(code="429")

    async def play() -> None:
        scene = Scene(fail, chance=0.01, watch=changes_watch())
        desk = scene.desk()
        arrive(desk, "up-1")
        await eventually(lambda: len(scene.asked) == 1)
        desk.followed(a_no("up-1", "mute", heard_at=0.0))
        scene.now = 1.0
        await eventually(lambda: bool(scene.ended))
        (receipt,) = scene.receipts()
        assert (receipt.outcome, receipt.code, receipt.tries) == ("suppressed", "mute", 1)

    asyncio.run(play())


def test_nothing_is_sent_blindly() -> None:
    """Contact-changes is not read any more: what comes waits, goes on when it is read again, and else is given back."""

    async def play() -> None:
        scene = Scene(at_once, WebPush(retry_in_place=30.0), watch=changes_watch())
        desk = scene.desk()
        desk.rebalanced("assigned", (0,))
        assert scene.followed == [(0,)]
        scene.now = 10.0
        arrive(desk, "up-1", "up-2")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert (scene.asked, desk.in_flight, desk.changes_age) == ([], 2, 10.0)
        desk.followed(Turn(known={0: 10.0}))
        await eventually(lambda: len(scene.ended) == 2)
        scene.now = 20.0
        arrive(desk, "up-3")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        scene.now = 51.0
        await eventually(lambda: len(scene.ended) == 3)
        given_back = scene.receipts()[-1]
        assert scene.asked == ["up-1", "up-2"]
        assert (given_back.outcome, given_back.code) == ("deferred", "changes_unseen")

    asyncio.run(play())


def test_a_release_from_before_what_is_remembered_goes_back_at_once() -> None:
    """The planner, which knows all changes, decides anew."""

    async def play() -> None:
        watch = Watch("web_push", kept_ms(LEASE_MS / 1000))
        watch.take(Turn(begun={0: NOW_MS}, known={0: 0.0}), NOW_MS)
        scene = Scene(at_once, watch=watch)
        arrive(scene.desk(), "up-1")
        await eventually(lambda: bool(scene.ended))
        (receipt,) = scene.receipts()
        assert (receipt.outcome, receipt.code, receipt.until) == ("deferred", "changes_unseen", receipt.at)
        assert scene.asked == []

    asyncio.run(play())
