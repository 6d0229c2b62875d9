"""The consumer's side, with a consumer that does what a test says."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka import OFFSET_BEGINNING, KafkaError, TopicPartition

from channels.dispatch.claim import Claim
from channels.dispatch.intake import BATCH, TOGETHER, Intake
from channels.dispatch.marks import Run, decode, encode
from channels.dispatch.window import MOST
from schemas.errors import CairnError
from stream.runtime.exits import Exit
from tests.channels.dispatch.fake_consumer import EndOfPartition, FakeConsumer, Message
from tests.channels.dispatch.samples import TOPIC


class Scene:
    """An intake that has partition 0, from `offset` on with `finished` beyond it."""

    def __init__(self, offset: int = -1001, finished: tuple[Run, ...] = ()) -> None:
        self.left: list[list[Claim]] = []
        self.told: list[tuple[str, tuple[int, ...]]] = []
        made: list[FakeConsumer] = []

        def make(callbacks: dict[str, Any]) -> Any:
            made.append(FakeConsumer(callbacks))
            return made[0]

        self.intake = Intake(make, TOPIC, before_leaving=self.left.append)
        (self.consumer,) = made
        if offset >= 0:
            self.consumer.stored = TopicPartition(TOPIC, 0, offset, metadata=encode(offset, finished))
        self.intake.subscribe(lambda kind, held: self.told.append((kind, held)))
        self.assign()

    def assign(self) -> None:
        self.consumer.on_assign(self.consumer, [TopicPartition(TOPIC, 0)])

    def come(self, *offsets: int) -> list[tuple[int, Claim]]:
        self.consumer.next += [Message(b"k", b"v", t=TOPIC, o=each) for each in offsets]
        return [(record.offset(), claim) for record, claim in self.intake.read(0.0)]


def test_a_new_group_begins_at_the_beginning() -> None:
    """What was released before the dispatcher first ran is given back or sent, not passed over."""
    assert Scene().consumer.begun == [OFFSET_BEGINNING]


def test_what_was_finished_beyond_the_offset_is_passed_over_and_committed_again() -> None:
    """Also what lies beyond the records that have been read so far."""
    scene = Scene(5, (Run(6, 8), Run(9, 12)))
    assert scene.consumer.begun == [5]
    assert [offset for offset, _ in scene.come(5, 6, 7)] == [5]
    scene.intake.commit()
    last = scene.consumer.commits[-1]
    assert (last.offset, decode(5, last.metadata)) == (5, (Run(6, 8), Run(9, 12)))
    assert [offset for offset, _ in scene.come(8, 9, 10, 11, 12)] == [8, 12]


def test_a_full_partition_is_paused_and_goes_on_when_half_is_committed() -> None:
    """Never more than a window is taken in."""
    scene = Scene(0)
    taken = []
    for start in range(0, 2 * MOST, 100):
        taken += scene.come(*range(start, start + 100))
    assert scene.consumer.paused
    assert MOST - 100 < len(taken) <= MOST
    for offset, claim in taken[:600]:
        scene.intake.finish(claim, offset)
    scene.come()
    assert scene.consumer.paused, "finished, and not yet committed"
    scene.intake.commit()
    scene.come()
    assert not scene.consumer.paused


def test_a_commit_that_was_refused_is_made_again() -> None:
    """While partitions move the group refuses commits; nothing of them is lost."""
    scene = Scene(0)
    ((offset, claim),) = scene.come(0)
    scene.intake.finish(claim, offset)
    scene.consumer.answer = KafkaError(KafkaError.REBALANCE_IN_PROGRESS)
    scene.intake.commit()
    scene.consumer.answer = None
    scene.intake.commit()
    scene.intake.commit()
    assert [each.offset for each in scene.consumer.commits] == [1, 1]
    scene.come()


@pytest.mark.parametrize(
    ("code", "exit_"),
    [
        (KafkaError.OFFSET_METADATA_TOO_LARGE, Exit.DRIFT),
        (KafkaError.GROUP_AUTHORIZATION_FAILED, Exit.CANNOT_CONNECT),
    ],
)
def test_a_commit_that_never_passes_ends_the_worker_with_the_cure(code: int, exit_: Exit) -> None:
    """A dispatcher that cannot remember what it sent must not go on sending."""
    scene = Scene(0)
    ((offset, claim),) = scene.come(0)
    scene.intake.finish(claim, offset)
    scene.consumer.answer = KafkaError(code)
    scene.intake.commit()

    with pytest.raises(CairnError) as raised:
        scene.come()

    assert raised.value.exit == exit_


def test_a_partition_that_is_taken_away_is_closed_waited_for_and_committed() -> None:
    """In this order: what ends while it waits is in the last commit. What comes later is its next owner's."""
    scene = Scene(0)
    ((_, claim), (later, _)) = scene.come(0, 1)

    def wait(claims: list[Claim]) -> None:
        assert claims == [claim]
        assert claim.closed
        scene.intake.finish(claim, 0)

    scene.intake._before_leaving = wait
    scene.consumer.on_revoke(scene.consumer, [TopicPartition(TOPIC, 0)])
    assert [each.offset for each in scene.consumer.commits] == [1]
    assert not scene.intake.holds(claim)
    scene.intake.finish(claim, later)
    scene.intake.commit()
    assert len(scene.consumer.commits) == 1
    assert scene.told == [("assigned", (0,)), ("revoked", ())]


def test_a_lost_partition_is_dropped_without_a_commit() -> None:
    """It is somebody else's already."""
    scene = Scene(0)
    ((offset, claim),) = scene.come(0)
    scene.intake.finish(claim, offset)
    scene.consumer.on_lost(scene.consumer, [TopicPartition(TOPIC, 0)])
    scene.intake.commit()

    assert (scene.consumer.commits, claim.closed, scene.told[-1]) == ([], True, ("lost", ()))
    scene.assign()
    ((_, again),) = scene.come(0)
    assert again is not claim


def test_a_topic_that_was_made_anew_is_read_from_its_beginning() -> None:
    """The old positions mean nothing there, and what is under way belongs to the old topic."""
    scene = Scene(5)
    ((_, old),) = scene.come(5)
    ((offset, new),) = scene.come(0)

    assert (offset, old.closed, new.closed) == (0, True, False)
    scene.intake.finish(old, 5)
    scene.intake.finish(new, 0)
    scene.intake.commit()
    assert scene.consumer.commits[-1].offset == 1


def test_stopped_it_takes_nothing_in_and_leaving_commits() -> None:
    """The group is left with everything that is finished committed."""
    scene = Scene(0)
    ((offset, claim),) = scene.come(0)
    scene.intake.stop()
    assert scene.come(1) == []
    scene.intake.finish(claim, offset)
    scene.intake.leave(5.0)

    assert [each.offset for each in scene.consumer.commits] == [1]
    assert scene.consumer.closed
    assert scene.left == []


def test_the_lag_is_what_was_not_read() -> None:
    """Markers of transactions before the end that the consumer has met are no records."""
    scene = Scene(0)
    scene.come(0, 1)
    assert scene.intake.lags(0)[0].records == 8
    scene.consumer.next = [EndOfPartition(None, None, t=TOPIC, o=10)]
    scene.intake.read(0.0)
    assert scene.intake.lags(0)[0].records == 0


def test_one_record_goes_on_at_once_and_the_next_ones_gather() -> None:
    """The client waits its whole time out for a batch; a turn for each record would cost more than its wait."""
    scene = Scene()
    scene.come(0, 1)
    scene.come(2, 3)
    first, rest, again, gathered = scene.consumer.waited
    assert (first, rest, again) == ((1, 0.0), (BATCH - 1, 0.0), (1, 0.0))
    assert gathered[0] == BATCH - 1
    assert 0 < gathered[1] <= TOGETHER
