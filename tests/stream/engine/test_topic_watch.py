"""The watch over topics: two answers that agree stop the worker, one that errs does not (engine rule 22)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from confluent_kafka import KafkaError, KafkaException

from schemas.errors import CairnError
from stream.engine.identity import Layout
from stream.engine.topic_watch import CONFIRM_AFTER, LOOK_EVERY, TopicWatch
from stream.engine.topology import Topology
from stream.runtime.exits import Exit
from tests.contracts.tally import CHANGELOG, IN, OUT, tally_topology

IDS = {topic: topic for topic in tally_topology().known}
SAME = Layout(IDS, 4)


def _drift() -> Layout:
    raise CairnError("missing: out", where="topics", exit=Exit.DRIFT)


def _away() -> Layout:
    raise KafkaException(KafkaError(KafkaError._TRANSPORT, "down"))


class Answers:
    """A cluster that gives these answers, one for each question, and the last one for ever."""

    def __init__(self, *answers: Layout | Callable[[], Layout]) -> None:
        self._answers = [*answers]
        self.asked = 0
        self.answered = True

    def ask_layout(self, topology: Topology, timeout: float) -> Answers:
        self.asked += 1
        return self

    def wait(self) -> None:
        """It is there."""

    def layout(self) -> Layout:
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return answer() if callable(answer) else answer


def watch(cluster: Answers, seconds: float = 20.0) -> None:
    watching = TopicWatch(tally_topology(), SAME, cluster)
    for tick in range(int(seconds * 10)):
        watching.turn(tick / 10)


@pytest.mark.parametrize("topic", [IN, OUT, CHANGELOG])
def test_a_topic_that_was_made_anew_stops_the_worker(topic: str) -> None:
    """Whatever is read or written: exit 3 with the topic."""
    with pytest.raises(CairnError, match=f"{topic} was deleted and made anew") as drift:
        watch(Answers(SAME, Layout(IDS | {topic: "another"}, 4)))
    assert drift.value.exit == Exit.DRIFT


def test_other_partition_counts_stop_the_worker() -> None:
    """All topics together, or what the cluster says of one alone."""
    with pytest.raises(CairnError, match="had 4 partitions when the state was written, now it has 6"):
        watch(Answers(Layout(IDS, 6)))
    with pytest.raises(CairnError, match="missing: out"):
        watch(Answers(_drift))


def test_one_answer_is_not_enough() -> None:
    """A broker that has just started answers from what it knew; the next answer says otherwise."""
    watch(Answers(Layout(IDS | {IN: "old"}, 4), SAME))
    watch(Answers(Layout(IDS | {IN: "old"}, 4), Layout(IDS | {OUT: "old"}, 4), SAME))
    watch(Answers(_drift, SAME))


def test_a_cluster_that_does_not_answer_tells_nothing() -> None:
    """An outage neither stops the worker nor clears a suspicion."""
    watch(Answers(_away))
    with pytest.raises(CairnError):
        watch(Answers(_drift, _away, _drift))


def test_a_suspicion_is_confirmed_soon_and_peace_is_cheap() -> None:
    """A look every two seconds; after a change the next one comes at once."""
    cluster = Answers(SAME)
    watch(cluster, seconds=10 * LOOK_EVERY)
    assert cluster.asked <= 11
    cluster = Answers(_drift)
    with pytest.raises(CairnError):
        watch(cluster, seconds=LOOK_EVERY)
    assert (cluster.asked, CONFIRM_AFTER < LOOK_EVERY) == (2, True)


def test_nobody_waits_for_an_answer() -> None:
    """The loop goes on while the question is on its way."""
    cluster = Answers(SAME)
    cluster.answered = False
    watch(cluster)
    assert cluster.asked == 1


LOST = CairnError("rules lost records before they were read", exit=Exit.DRIFT)


def cause_of(stopped: CairnError, cluster: Answers) -> CairnError:
    return TopicWatch(tally_topology(), SAME, cluster).cause_of(stopped)


def test_what_stops_a_worker_between_two_looks_is_told_by_the_topic_that_changed() -> None:
    """A client meets a topic that was made anew as a position that is not there, whichever comes first."""
    anew = cause_of(LOST, Answers(Layout(IDS | {IN: "another"}, 4)))
    assert f"{IN} was deleted and made anew" in anew.what
    assert anew.exit == Exit.DRIFT
    assert "missing: out" in cause_of(LOST, Answers(_drift)).what


def test_where_no_topic_changed_what_stopped_it_is_told() -> None:
    """Nor is anybody asked where a topic cannot be the cause."""
    assert cause_of(LOST, Answers(SAME)) is LOST
    assert cause_of(LOST, Answers(_away)) is LOST
    fenced, cluster = CairnError("another took over", exit=Exit.FENCED), Answers(Layout(IDS, 6))
    assert cause_of(fenced, cluster) is fenced
    assert cluster.asked == 0
