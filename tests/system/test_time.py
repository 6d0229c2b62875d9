"""Timers, attached inputs and the broadcast on a real Kafka, with deaths. Engine rules 2, 16, 17, 18 and 19."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from stream.runtime.exits import Exit
from stream.runtime.metrics import EVENTS, RULES_WAITING
from tests.contracts.reminder import ASKS, CHANGES, NAMES, RINGS, RULES
from tests.system.reminder_rig import PARTITIONS, ReminderRig
from tests.system.running_worker import RunningWorker
from tests.system.waiting import until

pytestmark = pytest.mark.system

PEOPLE = [f"c-{number}" for number in range(20)]


@pytest.fixture
def rig(kafka: str, prefix: str, tmp_path: Path) -> Iterator[ReminderRig]:
    rig = ReminderRig(kafka, prefix, tmp_path)
    try:
        yield rig
    finally:
        rig.close()


@pytest.fixture
def ruled(kafka: str, prefix: str, tmp_path: Path) -> Iterator[ReminderRig]:
    rig = ReminderRig(kafka, prefix, tmp_path, rules=True)
    try:
        yield rig
    finally:
        rig.close()


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def _name(rig: ReminderRig, worker: RunningWorker, name: str | None, known: int) -> None:
    """Give everybody this name, and wait until the worker, which has read `known` names, has read it.

    Nobody waits for an input that was at its end: what two topics say within a millisecond has no order.
    """

    def read() -> float:
        figures = worker.look()
        return figures.counters.get(EVENTS.name, {}).get((rig.prefix + NAMES,), 0) if figures is not None else 0

    rig.put(NAMES, [(key, name) for key in PEOPLE])
    until(lambda: read() >= known + len(PEOPLE), within=20, what="the new names are read")


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_questions_are_answered_with_the_names_known_then_across_a_takeover(rig: ReminderRig, protocol: str) -> None:
    """Rule 18: names that were there at the start are known before the first question, later ones in the order of time;
    a worker that takes over another's partitions goes on the same.
    """
    rig.put(ASKS, [(key, "who") for key in PEOPLE])
    rig.put(NAMES, [(key, "first") for key in PEOPLE])
    first = rig.worker("a", group_protocol=protocol).wait_owning(PARTITIONS)
    assert Counter(text for _, text in rig.wait_said(RINGS, 20)) == {"who first": 20}
    for number in range(10):
        _name(rig, first, f"n{number}", known=20 * (number + 1))
        rig.put(ASKS, [(key, "who") for key in PEOPLE])
        rig.wait_said(RINGS, 20 * (number + 2))
    if protocol == "classic":
        first.kill()
    else:  # here the broker sets the session's length: 45 s
        assert first.stop() == Exit.OK
    rig.put(ASKS, [(key, "who") for key in PEOPLE])
    rig.put(NAMES, [(key, "last") for key in PEOPLE])
    second = rig.worker("b", group_protocol=protocol)
    expected = {"who first": 20, **{f"who n{number}": 20 for number in range(10)}, "who last": 20}
    assert Counter(text for _, text in rig.wait_said(RINGS, 240)) == Counter(expected)
    _name(rig, second, None, known=20)
    rig.put(ASKS, [(key, "who") for key in PEOPLE])
    assert Counter(text for _, text in rig.wait_said(RINGS, 260)) == Counter(expected | {"who None": 20})
    assert second.stop() == Exit.OK


@pytest.mark.parametrize("point", ["folded", "sent", "committed"])
def test_a_timer_fires_once_though_its_worker_is_killed_in_it(rig: ReminderRig, point: str) -> None:
    """Rule 17: before the commit it fires again, after it never."""
    worker = rig.worker("a").wait_owning(PARTITIONS)
    due = now_ms() + 4_000
    rig.put(ASKS, [(key, f"at {due}") for key in PEOPLE])
    until(lambda: sum(at for (topic, _), at in rig.committed().items() if topic == ASKS) == 20, within=20, what="asked")
    assert worker.stop() == Exit.OK
    dying = rig.worker("a", mischief={"point": point})
    assert dying.wait_exit(within=40) == -9
    last = rig.worker("a")
    found = rig.wait_said(RINGS, 20)
    rig.put(ASKS, [(key, "who") for key in PEOPLE])  # behind which nothing more can come
    found = rig.wait_said(RINGS, 40)
    rings = [(key, text) for key, text in found if text.startswith("ring")]
    assert sorted(key for key, _ in rings) == sorted(PEOPLE)
    assert all(int(text.split()[3]) >= due for _, text in rings)
    assert last.stop() == Exit.OK


def test_a_delivery_that_came_due_while_nobody_ran_sees_the_unread_unsubscribe(rig: ReminderRig) -> None:
    """Rule 16: a due timer waits until every input is read to the end that it has now.

    Mutation: let `Clock.read` answer the wall time.
    """
    worker = rig.worker("a").wait_owning(PARTITIONS)
    due = now_ms() + 3_000
    rig.put(ASKS, [(key, f"at {due}") for key in PEOPLE])
    until(lambda: sum(at for (topic, _), at in rig.committed().items() if topic == ASKS) == 20, within=20, what="asked")
    assert worker.stop() == Exit.OK
    until(lambda: now_ms() > due, within=60, what="it is due")
    assert rig.said(RINGS) == []
    rig.put(CHANGES, [(key, "mute") for key in PEOPLE])
    rig.worker("a")
    assert Counter(rig.wait_said(RINGS, 20)) == Counter((key, "muted") for key in PEOPLE)


def test_timers_of_a_quiet_hour_fire_soon_after_they_are_due(rig: ReminderRig) -> None:
    """No record comes: the ends that nobody has moved prove the time, a question every quarter of a second."""
    rig.worker("a").wait_owning(PARTITIONS)
    due = now_ms() + 2_000
    rig.put(ASKS, [(key, f"at {due}") for key in PEOPLE])
    found = rig.wait_said(RINGS, 20)
    late = [int(text.split()[3]) - due for _, text in found]
    assert 0 <= min(late) <= max(late) < 2_000


def test_offsets_that_the_broker_has_deleted_replay_nothing(rig: ReminderRig) -> None:
    """Rule 2: positions are state. An old unsubscribe that is read again would undo what came after it."""
    worker = rig.worker("a").wait_owning(PARTITIONS)
    rig.put(CHANGES, [(key, "mute") for key in PEOPLE])
    _name(rig, worker, "known", known=0)
    rig.put(ASKS, [(key, "who") for key in PEOPLE])
    rig.wait_said(RINGS, 20)
    assert worker.stop() == Exit.OK
    rig.forget_offsets()
    again = rig.worker("a").wait_owning(PARTITIONS)
    rig.put(ASKS, [(key, "who") for key in PEOPLE])
    assert [text for _, text in rig.wait_said(RINGS, 40)] == ["who known"] * 40
    until(lambda: again.counted(EVENTS.name) >= 20, within=60, what="its figures are in")
    assert again.figures is not None
    read = again.figures.counters[EVENTS.name]
    assert read == {(rig.prefix + ASKS,): 20}


def test_rules_that_come_while_running_are_in_force_from_one_record_on(ruled: ReminderRig) -> None:
    """Rule 19: without any the worker waits outside the group; a new version changes all answers behind it and none
    before, though the worker is killed while it adopts it.
    """
    ruled.put(ASKS, [(key, "who") for key in PEOPLE])
    worker = ruled.worker("a")
    until(
        lambda: (
            (seen := worker.look())
            and RULES_WAITING.name in seen.gauges
            and any(seen.gauges[RULES_WAITING.name].values())
        ),
        within=20,
        what="it waits for rules",
    )
    assert worker.figures is not None
    assert not worker.figures.joined
    ruled.put(RULES, [(None, "1")])
    assert Counter(text for _, text in ruled.wait_said(RINGS, 20)) == {"who None v1": 20}
    ruled.put(RULES, [(None, "2")])
    ruled.put(ASKS, [(key, "who") for key in PEOPLE])
    ruled.wait_said(RINGS, 40)
    assert worker.stop() == Exit.OK
    ruled.put(RULES, [(None, "3")])
    ruled.put(ASKS, [(key, "who") for key in PEOPLE])
    # Its first transaction is the one that adopts.
    assert ruled.worker("a", mischief={"point": "sent", "nth": 1}).wait_exit(within=40) == -9
    ruled.put(RULES, [(None, "4")])
    last = ruled.worker("a").wait_owning(PARTITIONS)
    ruled.put(ASKS, [(key, "who") for key in PEOPLE])
    answers: dict[str, list[int]] = {}

    def answered() -> bool:
        answers.clear()
        for key, text in ruled.said(RINGS):
            if text.startswith("who"):
                answers.setdefault(key, []).append(int(text.rpartition("v")[2]))
        return sum(map(len, answers.values())) >= 80

    until(answered, within=40, what="every question is answered")
    assert all(len(versions) == 4 and versions == sorted(versions) for versions in answers.values()), answers
    assert {versions[0] for versions in answers.values()} == {1}
    assert {versions[-1] for versions in answers.values()} == {4}
    assert last.stop() == Exit.OK
