"""Standing still is told, and ends the worker where no restart mends it (engine rule 24)."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka import KafkaError

from schemas.errors import CairnError
from stream.engine.abort_cause import AbortCause
from stream.engine.progress import ABORTS_IN_A_ROW, LONGEST_PAUSE, STALLED_AFTER, Progress, Reading
from stream.runtime.exits import Exit

TOO_LARGE = AbortCause(KafkaError(KafkaError.MSG_SIZE_TOO_LARGE, "too large"), "changelog")
MOVED_ON = AbortCause(KafkaError(KafkaError.ILLEGAL_GENERATION, "moved on"))


def behind(position: int = 5, end: int = 9, **others: Reading) -> dict[int, dict[str, Reading]]:
    return {3: {"events": Reading(position, end), **others}}


# -- aborts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.RECORD_LIST_TOO_LARGE,
        KafkaError.INVALID_RECORD,
        KafkaError.INVALID_TIMESTAMP,
        KafkaError.POLICY_VIOLATION,
        KafkaError.UNSUPPORTED_COMPRESSION_TYPE,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
    ],
)
def test_a_topic_that_refuses_again_and_again_ends_the_worker(code: int) -> None:
    """Exit 3, for the next process meets the same wall; the topic, the client's words and a cure for this code."""
    progress = Progress(0.0)
    cause = AbortCause(KafkaError(code, "said the broker"), "out")
    for _ in range(ABORTS_IN_A_ROW - 1):
        progress.aborted(cause)
    with pytest.raises(CairnError) as stopped:
        progress.aborted(cause)
    assert stopped.value.exit == Exit.DRIFT
    assert stopped.value.where == "out: said the broker"
    assert stopped.value.fix


def test_what_may_pass_is_told_and_waited_for() -> None:
    """A cluster that rebalances, or lacks replicas, mends itself: the worker stays, and says why it stands still."""
    progress = Progress(0.0)
    for count in range(1, 3 * ABORTS_IN_A_ROW):
        progress.aborted(MOVED_ON)
        told = progress.look({}, 1.0)
        assert (told is not None) == (count >= ABORTS_IN_A_ROW)
    assert told is not None
    assert "14 transactions in a row were aborted" in told
    assert "ILLEGAL_GENERATION" in told
    progress.committed(1.0)
    assert progress.look({}, 1.0) is None


def test_a_commit_in_between_begins_a_new_row() -> None:
    """Aborts that come and go are no wall."""
    progress = Progress(0.0)
    for _ in range(5):
        for _ in range(ABORTS_IN_A_ROW - 1):
            progress.aborted(TOO_LARGE)
        progress.committed(0.0)


def test_the_echo_of_a_cause_does_not_hide_it() -> None:
    """An abort of which nobody says why keeps the cause of the one before."""
    progress = Progress(0.0)
    progress.aborted(TOO_LARGE)
    for _ in range(ABORTS_IN_A_ROW - 2):
        progress.aborted(None)
    with pytest.raises(CairnError, match="larger than its topic takes"):
        progress.aborted(None)


def test_only_repeated_aborts_make_the_worker_pause() -> None:
    """One costs nothing; a row of them does not turn the loop into a storm, nor the loop deaf to a stop."""
    progress = Progress(0.0)
    pauses = []
    for _ in range(10):
        progress.aborted(MOVED_ON)
        pauses.append(progress.pause)
    assert pauses[0] == 0.0
    assert pauses[1:] == sorted(pauses[1:])
    assert (pauses[1] > 0, max(pauses)) == (True, LONGEST_PAUSE)
    progress.committed(0.0)
    assert progress.pause == 0.0


# -- records that wait ------------------------------------------------------------------------------------------------


def test_records_that_nobody_processes_are_told_with_their_place() -> None:
    """The queue may grow: what counts is that nothing of it is done."""
    progress = Progress(0.0)
    assert progress.look(behind(), 0.0) is None
    progress.answered(STALLED_AFTER - 1)
    assert progress.look(behind(end=20), STALLED_AFTER - 0.1) is None
    told = progress.look(behind(end=30), STALLED_AFTER)
    assert told == "partition 3: records wait, and none was processed for 30 s (events from 5 to 30)"


def test_any_input_that_moves_is_progress_of_its_partition() -> None:
    """The lead may wait an hour for the older records of a table that is being read."""
    progress = Progress(0.0)
    for second in range(0, 4 * int(STALLED_AFTER), 10):
        progress.answered(float(second))
        assert progress.look(behind(contacts=Reading(second, 10_000)), float(second)) is None


@pytest.mark.parametrize("idle", [Reading(9, 9), Reading(9, -1001), Reading(9, 4)])
def test_an_input_at_its_end_or_with_no_known_end_waits_for_nothing(idle: Reading) -> None:
    """A quiet topic is no stall, for as long as it likes."""
    progress = Progress(0.0)
    for second in (0.0, 1000.0, 2000.0):
        progress.answered(second)
        assert progress.look({3: {"events": idle}}, second) is None


def test_a_stall_counts_from_the_record_that_came() -> None:
    """An hour without records, then one: the worker has its whole bound for it."""
    progress = Progress(0.0)
    progress.look({3: {"events": Reading(9, 9)}}, 0.0)
    progress.answered(3600.0)
    assert progress.look({3: {"events": Reading(9, 10)}}, 3600.0) is None
    assert progress.look({3: {"events": Reading(9, 10)}}, 3601.0) is None


def test_a_partition_that_left_is_not_told_of() -> None:
    """Its new owner has its own clock."""
    progress = Progress(0.0)
    progress.look(behind(), 0.0)
    progress.look({}, 1.0)
    progress.answered(100.0)
    assert progress.look(behind(), 100.0) is None


# -- brokers ----------------------------------------------------------------------------------------------------------


def test_brokers_that_do_not_answer_are_told() -> None:
    """Also where nothing waits: whoever routes by readiness should know."""
    progress = Progress(0.0)
    assert progress.look({}, STALLED_AFTER - 0.1) is None
    assert progress.look({}, STALLED_AFTER) == "no broker has answered for 30 s"
    progress.answered(STALLED_AFTER)
    assert progress.look({}, STALLED_AFTER + 1) is None


def test_a_stall_is_said_at_once_again_while_it_lasts_and_when_it_is_over(logged: list[Any]) -> None:
    """A line each bound, not each look."""
    progress = Progress(0.0)
    for tenths in range(int(STALLED_AFTER * 10 * 3)):
        progress.look({}, tenths / 10)
    progress.answered(STALLED_AFTER * 3)
    progress.look({}, STALLED_AFTER * 3)
    assert [each["event"] for each in logged] == ["stalled", "stalled", "stall_over"]
