"""Who is sent next."""

from __future__ import annotations

from channels.dispatch.breaker import LONGEST_PAUSE, Breaker
from channels.dispatch.claim import Claim
from channels.dispatch.job import Job
from channels.dispatch.lane import Lane
from channels.dispatch.lanes import BLIND, MOST, OTHERS, Lanes
from channels.dispatch.lease import Lease
from channels.dispatch.token_bucket import TokenBucket
from channels.dispatch.watch import Look
from tests.channels.dispatch.samples import NOW_MS, Seeing, delivery, record

NEVER = float("inf")


def lanes(rate: float | None = None, failures: int = 1) -> Lanes:
    return Lanes(lambda provider: Lane(provider, Breaker(failures, 15.0), TokenBucket(rate, 0.0)), 30.0, Seeing())


def job(provider: str, contact: str, *, claim: Claim | None = None, send_by: float = 300.0, taken: float = 0.0) -> Job:
    of = delivery(contact)
    return Job(record(of), claim or Claim(0), of, provider, Lease(1, taken, send_by), NOW_MS)


def order(found: Lanes, now: float = 0.0) -> list[str]:
    contacts = []
    while (each := found.next(now)) is not None:
        contacts.append(each[0].delivery.contact_id)
    return contacts


def test_providers_take_turns() -> None:
    """One with a thousand waiting does not keep the other's three behind them."""
    found = lanes()
    for number in range(5):
        found.add(job("big", f"b{number}"))
    for number in range(2):
        found.add(job("small", f"s{number}"))

    assert order(found) == ["b0", "s0", "b1", "s1", "b2", "b3", "b4"]


def test_a_paused_provider_gives_none_and_holds_up_nobody() -> None:
    """Its jobs wait in their lane; when the pause is over one is let through."""
    found = lanes()
    for contact in ("x0", "x1"):
        found.add(job("down", contact))
    found.add(job("up", "y0"))
    found.of("down").breaker.failed(0, 0.0)

    assert (order(found), len(found), found.paused, found.wakes_at(0.0)) == (["y0"], 2, 1, 15.0)
    assert order(found, 15.0) == ["x0"]
    assert found.wakes_at(15.0) == NEVER


def test_waiting_behind_a_breaker_ends_after_the_time_in_place() -> None:
    """They go back to the planner; those of other providers stay."""
    found = lanes(rate=0.001)
    found.add(job("down", "x0"))
    found.add(job("up", "y0"))
    found.of("down").breaker.failed(0, 10.0)

    assert [each.delivery.contact_id for each, _ in found.overdue(39.9)] == []
    assert [each.delivery.contact_id for each, _ in found.overdue(40.0)] == ["x0"]
    assert [each.delivery.contact_id for each, _ in found.overdue(299.0)] == []
    assert [each.delivery.contact_id for each, _ in found.overdue(300.0)] == ["y0"]


def test_a_lease_that_is_over_is_never_given_a_round() -> None:
    """No attempt after send_by, whatever breaker and rate say; and it is no longer in the way of others."""
    found = lanes()
    found.add(job("up", "old", send_by=5.0))
    found.add(job("up", "new"))

    first, second = found.next(5.0), found.next(5.0)

    assert first is not None
    assert second is not None
    assert (first[0].delivery.contact_id, first[2]) == ("old", None)
    assert second[0].delivery.contact_id == "new"
    assert second[2] is not None


def test_who_sleeps_wakes_in_front_of_those_who_came_later() -> None:
    """At its time and not before."""
    found = lanes()
    sleeper = job("up", "sleeper")
    found.sleep(sleeper, 2.0)
    found.add(job("up", "later"))

    assert found.wakes_at(0.0) <= 0.0
    assert order(found, 1.0) == ["later"]
    assert found.wakes_at(1.0) == 2.0
    found.add(job("up", "last"))
    assert order(found, 2.0) == ["sleeper", "last"]


def test_the_jobs_of_a_partition_that_went_are_dropped() -> None:
    """Waiting or asleep: its next owner does them."""
    found, gone = lanes(), Claim(1)
    found.add(job("up", "waiting", claim=gone))
    found.sleep(job("up", "asleep", claim=gone), 1.0)
    gone.closed = True

    assert order(found, 2.0) == []
    assert list(found.overdue(1e9)) == []
    assert len(found) == 0


def test_a_provider_that_nothing_is_known_of_is_forgotten() -> None:
    """Hosts of push services come and go; a paused one is remembered."""
    found = lanes()
    found.add(job("up", "y0"))
    found.of("down").breaker.failed(0, 0.0)
    order(found)
    first = found.of("up")

    list(found.overdue(1.0))

    assert found.of("up") is not first
    assert found.paused == 1


def test_a_provider_that_failed_once_and_is_asked_no_more_is_forgotten() -> None:
    """Else each host that a stranger made up would count as paused for ever."""
    found = lanes()
    found.of("gone").breaker.failed(0, 0.0)

    list(found.overdue(LONGEST_PAUSE - 1))
    assert found.paused == 1
    list(found.overdue(LONGEST_PAUSE))
    assert found.paused == 0


def test_a_limited_provider_is_forgotten_once_its_rate_is_whole_again() -> None:
    """Before that a new lane would let more through than the rate."""
    found = lanes(rate=2.0)
    found.add(job("up", "y0"))
    first = found.of("up")
    assert order(found) == ["y0"]

    list(found.overdue(0.1))
    assert found.of("up") is first
    list(found.overdue(1.0))
    assert found.of("up") is not first


def test_made_up_providers_do_not_fill_the_memory() -> None:
    """Each fails once, so none of them is pristine: the oldest goes all the same, and never one with jobs."""
    found = lanes(failures=2)
    waits = job("busy", "b0")
    found.add(waits)
    busy = found.of("busy")
    for number in range(3 * MOST):
        found.of(f"x{number}.push.example").breaker.failed(0, 0.0)

    assert len(found.providers) == MOST
    assert found.of("busy") is busy
    assert f"x{3 * MOST - 1}.push.example" in found.providers
    assert order(found) == ["b0"]


def test_a_paused_provider_goes_last() -> None:
    """What a made-up host takes away is its own kind, and not the pause of one that asked for it."""
    found = lanes()
    found.of("paused").breaker.failed(0, 0.0)
    for number in range(2 * MOST):
        found.of(f"x{number}.push.example")

    assert found.paused == 1


def test_a_request_under_way_keeps_its_lane() -> None:
    """Its outcome is told to the breaker that let it through."""
    found = lanes()
    found.of("sending").sending = 1
    for number in range(2 * MOST):
        found.of(f"x{number}.push.example")

    assert "sending" in found.providers


def test_providers_share_a_lane_while_all_others_have_jobs() -> None:
    """Nothing is lost: each job comes in turn, with the lane that it waited in, and keeps its own provider's name."""
    found = lanes()
    for number in range(MOST):
        found.add(job(f"x{number}.push.example", f"x{number}"))
    for number in range(3):
        found.add(job(f"late{number}.push.example", f"late{number}"))

    assert len(found.providers) == MOST + 1
    taken = []
    while (each := found.next(0.0)) is not None:
        taken.append(each)
    assert len(taken) == MOST + 3
    shared = [(each.provider, lane.provider) for each, lane, _ in taken if each.provider.startswith("late")]
    assert shared == [(f"late{number}.push.example", OTHERS) for number in range(3)]


class Blind(Seeing):
    """Partition 1 is blind until a test says otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.blind = {1}

    def is_blind(self, partition: int, now: float) -> bool:
        return partition in self.blind

    def look(self, job: Job, now: float) -> Look:
        return Look.WAIT if self.is_blind(job.claim.partition, now) else Look.SEND


def test_a_blind_partition_keeps_nobody_else_waiting() -> None:
    """Its jobs leave the lane without taking of the rate, and come back in their order when it is seen."""
    watch = Blind()
    found = Lanes(lambda name: Lane(name, Breaker(10, 15.0), TokenBucket(1.0, 0.0)), 30.0, watch)
    hidden = [job("a", f"c-{nth}", claim=Claim(1)) for nth in range(3)]
    seen = job("a", "c-3")
    for each in [*hidden, seen]:
        found.add(each)
    assert found.next(0.0) == (seen, found.of("a"), 0)
    assert len(found) == 3
    assert found.next(1.0) is None
    watch.blind.clear()
    found.add(late := job("a", "c-4"))
    order = [next_[0] for second in range(1, 5) if (next_ := found.next(float(second)))]
    assert order == [*hidden, late]


def test_what_waits_to_be_seen_for_too_long_is_given_back() -> None:
    """`retry_in_place` after its partition went blind; what belongs to somebody else by then is dropped."""
    found = Lanes(lambda name: Lane(name, Breaker(10, 15.0), TokenBucket(None, 0.0)), 30.0, Blind())
    gone, kept = Claim(1), Claim(1)
    for claim in (gone, kept):
        found.add(job("a", "c-1", claim=claim))
    assert found.next(10.0) is None
    gone.closed = True
    assert list(found.overdue(39.9)) == []
    ((given_back, _),) = found.overdue(40.0)
    assert given_back.claim is kept
    assert len(found) == 0


def test_who_retries_nothing_in_place_waits_for_a_partition_that_has_just_come() -> None:
    """It is read within a second; every delivery of a start would be given back else."""
    found = Lanes(lambda name: Lane(name, Breaker(10, 15.0), TokenBucket(None, 0.0)), 0.0, Blind())
    found.add(job("a", "c-1", claim=Claim(1)))
    assert found.next(0.0) is None
    assert list(found.overdue(BLIND - 0.1)) == []
    assert len(list(found.overdue(BLIND))) == 1
