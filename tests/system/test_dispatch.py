"""The dispatchers' runtime on a real Kafka, with a sender that does as it is told."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.dispatch.marks import Run
from schemas.dead_letter import reason_of
from schemas.receipt import FINAL
from stream.runtime.exits import Exit
from tests.system.dispatch_audit import faults
from tests.system.dispatch_rig import DispatchRig
from tests.system.waiting import until

pytestmark = pytest.mark.system


@pytest.fixture
def rig(kafka: str, prefix: str, tmp_path: Path) -> Iterator[DispatchRig]:
    """Topics of four partitions under a random prefix; the workers end with the test."""
    rig = DispatchRig(kafka, prefix, tmp_path)
    try:
        yield rig
    finally:
        rig.close()


def people(count: int, provider: str = "up", fate: str = "ok") -> list[str]:
    return [f"{provider}.{fate}.{number}" for number in range(count)]


def test_each_delivery_ends_in_one_final_receipt(rig: DispatchRig) -> None:
    """Whatever the provider says: one final receipt each, dead letters and contact changes where they belong."""
    fates = ("ok", "rejected", "gone", "unsendable", "raises", "later", "unknown")
    contacts = [each for fate in fates for each in people(20, fate=fate)]
    released = rig.release(contacts)
    rig.put(b"up.ok.9", b"oops")
    rig.put(None, b"{}")
    worker = rig.worker("d")

    receipts = rig.wait_receipts(len(released))
    rig.wait_committed()

    assert worker.stop() == Exit.OK
    by_fate = Counter((each.contact_id.split(".")[1], each.outcome) for each in receipts)
    assert by_fate == {
        ("ok", "sent"): 20,
        ("rejected", "rejected"): 20,
        ("gone", "gone"): 20,
        ("unsendable", "dead_lettered"): 20,
        ("raises", "dead_lettered"): 20,
        ("later", "sent"): 20,
        ("unknown", "sent"): 20,
    }
    assert rig.finals() == Counter(each.id for each in released)
    assert {each.tries for each in receipts if ".later." in each.contact_id} == {2}
    letters = rig.values(rig.letters)
    codes = Counter(reason.code for each in letters if (reason := reason_of(each.headers())))
    assert codes == {"internal_error": 40, "not_json": 1, "key_missing": 1}
    assert next(each for each in letters if each.key() == b"up.ok.9").value() == b"oops"
    assert len(rig.values(rig.changes)) == 20
    homes = {each.key(): each.partition() for each in rig.values(rig.deliveries)}
    assert all(homes[each.key()] == each.partition() for each in rig.values(rig.receipts))


def test_a_kill_repeats_at_most_what_was_in_flight(rig: DispatchRig) -> None:
    """What was finished is not sent again, though the lowest offsets were not; what was in flight is."""
    rig.switch("hold", on=True)
    held = rig.release(people(8, provider="first"))
    dying = rig.worker("d", in_flight=8)
    until(lambda: len(rig.requests()) == 8, within=30, what="all places are taken")
    assert rig.finals() == Counter()
    dying.kill()
    rig.switch("hold", on=False)
    rest = rig.release(people(200))
    second = rig.worker("d", in_flight=8)
    rig.wait_receipts(208)
    rig.wait_committed()

    assert second.stop() == Exit.OK
    in_flight = {each.id for each in held}
    sent = rig.requests()
    assert faults([each.id for each in [*held, *rest]], sent, rig.finals(), may_repeat=in_flight) == []
    assert all(sent[each] == 2 for each in in_flight)


def test_kills_under_load_repeat_only_what_was_not_committed_as_finished(rig: DispatchRig) -> None:
    """Three workers are killed in the middle of it, one after the other. What the group had as finished at that moment
    is not sent again; of the rest nothing is lost.
    """
    released = rig.release(people(3_000))
    offsets = {each.key().decode(): (each.partition(), each.offset()) for each in rig.values(rig.deliveries)}
    places = {each.id: offsets[each.contact_id] for each in released}
    repeatable: set[str] = set()
    for kill in range(1, 4):
        worker = rig.worker(f"d{kill}", in_flight=20, rate=1_000)
        until(lambda least=500 * kill: len(rig.requests()) >= least, within=30, what="it is in the middle of it")  # type: ignore[misc]
        worker.kill()
        marks = rig.marks()
        finished = {each for each, place in places.items() if _is_finished(place, marks)}
        repeatable |= rig.requests().keys() - finished
        before = rig.requests()
        assert all(before[each] == 1 for each in finished - repeatable)
    last = rig.worker("last")
    until(lambda: len(rig.finals()) == 3_000, within=40, what="all have their receipts")
    rig.wait_committed()

    assert last.stop() == Exit.OK
    sent, finals = rig.requests(), rig.finals()
    assert (
        faults(
            [each.id for each in released if each.id not in repeatable],
            _without(sent, repeatable),
            _without(finals, repeatable),
        )
        == []
    )
    assert all(1 <= sent[each] <= 4 and 1 <= finals[each] <= 4 for each in repeatable)
    assert 0 < len(repeatable) < 1_000


def _is_finished(place: tuple[int, int], marks: dict[int, tuple[int, tuple[Run, ...]]]) -> bool:
    partition, at = place
    offset, runs = marks.get(partition, (0, ()))
    return at < offset or any(run.start <= at < run.end for run in runs)


def _without(counts: Counter[str], some: set[str]) -> dict[str, int]:
    return {each: count for each, count in counts.items() if each not in some}


def test_what_is_finished_beyond_the_committed_offset_survives_a_kill(rig: DispatchRig) -> None:
    """One delivery of each partition waits for its provider; those behind it are finished, and stay so.

    Planted fault: without the metadata of the commit all of them are sent twice.
    """
    rig.switch("down-stuck", on=True)
    stuck = rig.release(people(40, provider="stuck"))
    worker = rig.worker("d", breaker_failures=1)
    until(lambda: rig.requests("down"), within=30, what="the provider is asked")
    rest = rig.release(people(400))
    rig.wait_receipts(400)

    def remembered() -> int:
        return sum(run.end - run.start for _, runs in rig.marks().values() for run in runs)

    until(lambda: remembered() == 400, within=60, what="all that is finished is committed")
    worker.kill()
    rig.switch("down-stuck", on=False)
    second = rig.worker("d")
    rig.wait_receipts(440)
    rig.wait_committed()

    assert second.stop() == Exit.OK
    assert rig.requests() == Counter(each.id for each in [*stuck, *rest])
    assert rig.finals() == Counter(each.id for each in [*stuck, *rest])


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_a_second_worker_takes_over_without_sending_anything_again(rig: DispatchRig, protocol: str) -> None:
    """A partition that moves waits for its requests under way, and for their receipts; then it moves at once."""
    first = rig.worker("a", in_flight=20, rate=100, group_protocol=protocol).wait_owning(4)
    released = rig.release(people(600))
    until(lambda: len(rig.requests()) > 50, within=30, what="it is under way")
    second = rig.worker("b", in_flight=20, rate=100, group_protocol=protocol).wait_owning(2)
    released += rig.release(people(100, provider="late"))
    rig.wait_receipts(700, within=60)
    rig.wait_committed()

    assert (first.stop(), second.stop()) == (Exit.OK, Exit.OK)
    assert second.counted("cairn_receipts_total") > 0
    assert not first.events("last_offsets_not_committed")
    assert rig.requests() == Counter(each.id for each in released)
    assert rig.finals() == Counter(each.id for each in released)


def test_a_partition_moves_when_its_requests_have_ended(rig: DispatchRig) -> None:
    """The next owner gets it after their receipts and the commit, so it sends nothing again."""
    rig.switch("hold", on=True)
    first = rig.worker("a", in_flight=40).wait_owning(4)
    released = rig.release(people(40))
    until(lambda: len(rig.requests()) == 40, within=30, what="all are under way")
    second = rig.worker("b")
    until(lambda: first.events("revoking"), within=30, what="the group wants partitions back")
    assert first.events("revoking")[0]["requests_under_way"] > 0
    assert not second.owned
    rig.switch("hold", on=False)
    rig.wait_receipts(40)
    second.wait_owning(2)
    rig.wait_committed()

    assert (first.stop(), second.stop()) == (Exit.OK, Exit.OK)
    assert faults([each.id for each in released], rig.requests(), rig.finals()) == []


def test_an_outage_shorter_than_the_lease_is_waited_out(rig: DispatchRig) -> None:
    """Nothing is deferred, nothing is a dead letter, and while it lasts the provider is asked a few times only."""
    rig.switch("down-up", on=True)
    worker = rig.worker("d", breaker_failures=3, breaker_pause=0.5, in_flight=5).wait_owning(4)
    released = rig.release(people(100))
    until(lambda: sum(rig.requests("down").values()) >= 6, within=30, what="the breaker has tried it again")
    until(lambda: worker.shows("cairn_breakers_open") == 1, within=5, what="it shows")
    rig.switch("down-up", on=False)
    receipts = rig.wait_receipts(100)

    assert worker.stop() == Exit.OK
    assert {each.outcome for each in receipts} == {"sent"}
    assert rig.finals() == Counter(each.id for each in released)
    assert sum(rig.requests("down").values()) < 100
    assert not rig.values(rig.letters)


def test_an_outage_longer_than_the_lease_gives_deliveries_back(rig: DispatchRig) -> None:
    """Each is deferred once, with a time to try again; the next attempt is sent."""
    rig.switch("down-up", on=True)
    worker = rig.worker("d", breaker_failures=3, breaker_pause=1, retry_in_place=2)
    rig.release(people(50))
    receipts = rig.wait_receipts(50)
    assert {(each.outcome, each.until is not None and each.until > each.at) for each in receipts} == {
        ("deferred", True)
    }
    rig.wait_committed()
    rig.switch("down-up", on=False)
    released = rig.release(people(50), attempt=2)
    receipts = rig.wait_receipts(100)

    assert worker.stop() == Exit.OK
    assert Counter(each.outcome for each in receipts) == {"deferred": 50, "sent": 50}
    assert rig.finals() == Counter(each.id for each in released)
    assert not rig.values(rig.letters)


def test_of_two_providers_the_one_that_is_down_holds_up_nobody(rig: DispatchRig) -> None:
    """All places could be taken by those who wait; the other provider's go on, behind them in every partition."""
    rig.switch("down-bad", on=True)
    worker = rig.worker("d", in_flight=4, breaker_failures=2, breaker_pause=1)
    bad = rig.release(people(300, provider="bad"))
    good = rig.release(people(300, provider="good"))
    receipts = rig.wait_receipts(300, within=20)

    assert {each.provider for each in receipts} == {"good"}
    rig.switch("down-bad", on=False)
    rig.wait_receipts(600)
    assert worker.stop() == Exit.OK
    assert rig.finals() == Counter(each.id for each in [*bad, *good])


def test_a_drain_finishes_what_is_under_way_and_leaves_the_rest(rig: DispatchRig) -> None:
    """SIGTERM: requests under way end with their receipts, what waits is neither sent nor deferred, exit 0."""
    rig.switch("hold", on=True)
    released = rig.release(people(40))
    worker = rig.worker("d", in_flight=5)
    until(lambda: len(rig.requests()) == 5, within=30, what="all places are taken")
    worker.terminate()
    until(lambda: worker.events("dispatcher_drains"), within=60, what="it drains")
    rig.switch("hold", on=False)
    assert worker.wait_exit() == Exit.OK
    assert (len(rig.requests()), len(rig.all_receipts())) == (5, 5)
    assert not worker.events("requests_cut_off")

    second = rig.worker("d")
    rig.wait_receipts(40)
    assert second.stop() == Exit.OK
    assert rig.requests() == Counter(each.id for each in released)


def test_a_lease_that_is_over_is_given_back_unsent(rig: DispatchRig) -> None:
    """After a long downtime nothing old is sent; the planner may ask again at once."""
    rig.release(people(20), lease_ms=-1000)
    worker = rig.worker("d")
    receipts = rig.wait_receipts(20)

    assert worker.stop() == Exit.OK
    assert {(each.outcome, each.code, each.tries) for each in receipts} == {("deferred", "lease_expired", 0)}
    assert all(each.until == each.at for each in receipts)
    assert not rig.requests()
    assert not any(each.outcome in FINAL for each in receipts)


def test_a_planner_whose_clock_is_behind_is_told_of(rig: DispatchRig) -> None:
    """Ten minutes apart, every lease is over when it comes, and no log had a line."""
    worker = rig.worker("d")
    numbers = itertools.count()

    def told() -> bool:
        """One more delivery: as soon as the worker knows where its partition ended before, it knows when it came."""
        released = rig.release([f"up.ok.{next(numbers)}"], behind_ms=600_000)
        rig.wait_receipts(int(released[0].contact_id.rpartition(".")[2]) + 1)
        return bool(worker.events("clock_skew"))

    until(told, within=60, what="it tells of the clocks")
    (line,) = worker.events("clock_skew")
    assert line["this_clock"] == "ahead of the planner's"
    assert 590 < int(line["difference"].removesuffix(" s")) < 660
    until(lambda: worker.shows("cairn_clock_skew_seconds") > 590, within=60, what="the metric shows it")
    assert worker.stop() == Exit.OK
    codes = Counter(each.code for each in rig.all_receipts())
    assert codes["clock_skew"] >= 1
    assert set(codes) <= {"clock_skew", "lease_expired"}
    assert not rig.requests()


def test_dropping_what_is_unknown_ends_it(rig: DispatchRig) -> None:
    """`after_unknown: drop` sends once at most, and says so."""
    released = rig.release(people(10, fate="unknown"))
    worker = rig.worker("d", after_unknown="drop")
    receipts = rig.wait_receipts(10)

    assert worker.stop() == Exit.OK
    assert {each.outcome for each in receipts} == {"unknown"}
    assert rig.requests() == Counter(each.id for each in released)
    assert worker.counted("cairn_unknown_outcomes_total") == 10
