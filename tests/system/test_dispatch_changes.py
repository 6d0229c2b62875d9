"""A dispatcher on a real Kafka, and people who say no while their messages wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.broker import EmbeddedKafka
from deploy.broker.ports import free_port
from stream.runtime.exits import Exit
from tests.system.dispatch_rig import DispatchRig
from tests.system.waiting import until

pytestmark = pytest.mark.system
EVENTS = "cairn_events_total"


@pytest.fixture
def rig(kafka: str, prefix: str, tmp_path: Path) -> Iterator[DispatchRig]:
    """Topics of four partitions under a random prefix; the workers end with the test."""
    rig = DispatchRig(kafka, prefix, tmp_path)
    try:
        yield rig
    finally:
        rig.close()


def people(count: int) -> list[str]:
    return [f"up.ok.{number}" for number in range(count)]


def test_nothing_is_sent_to_who_says_no_while_deliveries_queue(rig: DispatchRig) -> None:
    """The provider is slow. Four are with it; of those behind them half unsubscribe, are erased, or lose their browser:
    not one of these is sent, each has its final receipt, and the others get theirs.
    """
    rig.switch("hold", on=True)
    released = rig.release(people(60))
    worker = rig.worker("d", in_flight=4)
    until(lambda: len(rig.requests()) == 4, within=30, what="all places are taken")
    until(lambda: worker.counted(EVENTS) == 60, within=30, what="the rest waits")
    waiting = [each for each in released if each.id not in rig.requests()]
    unsubscribed, erased, others = waiting[:20], waiting[20:30], waiting[30:]
    rig.say("unsubscribe", [each.contact_id for each in unsubscribed], channel="web_push")
    rig.say("unsubscribe", [each.contact_id for each in others], channel="email")
    rig.say("erase", [each.contact_id for each in erased])
    until(lambda: worker.counted(EVENTS) == 60 + len(waiting), within=30, what="the changes are known")
    rig.switch("hold", on=False)

    receipts = rig.wait_receipts(60)
    rig.wait_committed()
    assert worker.stop() == Exit.OK
    outcomes = Counter((each.outcome, each.code, each.tries) for each in receipts)
    assert outcomes == {
        ("sent", "250", 1): 30,
        ("suppressed", "unsubscribe", 0): 20,
        ("suppressed", "erase", 0): 10,
    }
    assert not rig.requests().keys() & {each.id for each in [*unsubscribed, *erased]}
    assert rig.finals() == Counter(each.id for each in released)


def test_what_was_said_while_no_dispatcher_ran_is_known_before_the_first_request(rig: DispatchRig) -> None:
    """Released, then unsubscribed, then a worker starts: it reads contact-changes from before the oldest lease on. Who
    said no before the release, and yes again, is the planner's to judge.
    """
    rig.say("unsubscribe", people(10))
    rig.say("resubscribe", people(10))
    released = rig.release(people(40))
    rig.say("unsubscribe", people(40)[20:])
    worker = rig.worker("d")

    receipts = rig.wait_receipts(40)
    assert worker.stop() == Exit.OK
    assert Counter(each.outcome for each in receipts) == {"sent": 20, "suppressed": 20}
    assert {each.contact_id for each in receipts if each.outcome == "sent"} == {*people(20)}
    assert rig.requests().keys() == {each.id for each in released[:20]}


def test_partitions_that_move_are_seen_by_their_new_worker(rig: DispatchRig) -> None:
    """The provider is away, half of those who wait unsubscribe, and then a second worker takes half of the partitions:
    it reads what was said before it came.
    """
    rig.switch("down-up", on=True)
    first = rig.worker("first", retry_in_place=300, breaker_pause=1).wait_owning(4)
    released = rig.release(people(80))
    until(lambda: first.counted(EVENTS) == 80, within=30, what="all are taken in")
    rig.say("unsubscribe", people(80)[40:])
    second = rig.worker("second", retry_in_place=300, breaker_pause=1).wait_owning(2)
    rig.switch("down-up", on=False)
    rig.wait_receipts(80, within=60)
    rig.wait_committed()

    assert (first.stop(), second.stop()) == (Exit.OK, Exit.OK)
    outcomes = {each.delivery_id: each.outcome for each in rig.all_receipts()}
    assert outcomes == {each.id: "sent" if nth < 40 else "suppressed" for nth, each in enumerate(released)}
    assert rig.requests() == Counter(each.id for each in released[:40])


def test_nothing_is_sent_while_the_topic_cannot_be_read(tmp_path: Path) -> None:
    """The broker goes away with deliveries in memory. Somebody may unsubscribe meanwhile: they wait, readiness and log
    say why, and go on by themselves.
    """
    with EmbeddedKafka(tmp_path / "kafka", free_port()) as broker:
        rig = DispatchRig(broker.bootstrap_servers, "blind-", tmp_path)
        try:
            rig.switch("hold", on=True)
            released = rig.release(people(20))
            worker = rig.worker(
                "d", in_flight=1, session_timeout=60, heartbeat=1, max_poll=60, retry_in_place=300, attempt_timeout=60
            )
            until(lambda: worker.counted(EVENTS) == 20, within=30, what="all are taken in")
            until(lambda: len(rig.requests()) == 1, within=30, what="one is under way")
            broker.kill()
            stalled = until(lambda: (seen := worker.look()) and seen.stalled, within=40, what="readiness says so")
            assert "contact-changes has not been read" in (stalled or "")
            rig.switch("hold", on=False)
            until(lambda: worker.counted("cairn_receipts_total") == 1, within=30, what="that one ends")
            assert len(rig.requests()) == 1
            broker.restart()
            until(lambda: sum(rig.finals().values()) >= 20, within=60, what="all receipts are written")
            until(lambda: (seen := worker.look()) and seen.stalled is None, within=20, what="readiness is back")

            assert worker.stop() == Exit.OK
            assert rig.requests() == Counter(each.id for each in released)
            assert [len(worker.events(each)) for each in ("sends_held", "sends_go_on")] == [1, 1]
        finally:
            rig.close()


def test_a_topic_made_anew_forgets_nobodys_no(rig: DispatchRig) -> None:
    """Deliveries wait, some unsubscribe, and somebody deletes contact-changes and makes it again: what was heard stays
    said, nothing is sent while it is missing, and what the new topic holds is read from its beginning.
    """
    rig.switch("hold", on=True)
    released = rig.release(people(40))
    worker = rig.worker("d", in_flight=1, retry_in_place=300, attempt_timeout=60)
    until(lambda: len(rig.requests()) == 1, within=30, what="one is under way")
    until(lambda: worker.counted(EVENTS) == 40, within=30, what="the rest waits")
    waiting = [each for each in released if each.id not in rig.requests()]
    rig.say("unsubscribe", [each.contact_id for each in waiting[:10]])
    until(lambda: worker.counted(EVENTS) == 50, within=30, what="the first changes are known")
    rig.delete_changes()
    until(lambda: worker.events("contact_changes_begin_again"), within=30, what="it is missed")
    rig.make_changes()
    rig.say("unsubscribe", [each.contact_id for each in waiting[10:20]])
    until(lambda: worker.counted(EVENTS) >= 60, within=60, what="the other changes are known")
    rig.switch("hold", on=False)

    receipts = rig.wait_receipts(40, within=60)
    assert worker.stop() == Exit.OK
    outcomes = {each.delivery_id: each.outcome for each in receipts}
    assert Counter(outcomes.values()) == {"sent": 20, "suppressed": 20}
    assert {each.id for each in waiting[:20]} == {each for each, outcome in outcomes.items() if outcome == "suppressed"}
