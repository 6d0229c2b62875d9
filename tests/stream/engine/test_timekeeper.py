"""When ends are asked for, and what fires by the answer (engine rules 16 and 17)."""

from __future__ import annotations

from collections.abc import Iterable

from confluent_kafka import KafkaError, KafkaException

from stream.engine import timekeeper as keeping
from stream.engine.changelog import Positions
from stream.engine.cluster import AskedEnds, Ends
from stream.engine.stores.memory import MemoryStore
from stream.engine.task import Task
from stream.engine.timekeeper import Timekeeper
from stream.testing.log import Partition
from tests.contracts.reminder import ASKS, CHANGES, NAMES, Reminder
from tests.contracts.test_time import DUE


class Answer(AskedEnds):
    """Comes when the test says so."""

    def __init__(self) -> None:
        self.ends: Ends | None = None
        self.fails = False

    def answer(self) -> Ends | None:
        if self.fails:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        return self.ends


class Scene:
    """One task with timers at DUE for each of `keys`, all inputs at offset 1, and a cluster that can be questioned."""

    def __init__(self, keys: int = 1, ask_every: float = 0.0) -> None:
        self.wall_ms = DUE - 1
        self.asked: list[list[tuple[str, int]]] = []
        self.answer = Answer()
        self.reminder = Reminder()
        self.task = Task(self.reminder, 0, MemoryStore(), partitions=1)
        self.task.start(Positions(dict.fromkeys((ASKS, NAMES, CHANGES), 0), {}), 0)
        partition = Partition(ASKS, 0)
        records = [partition.append(b"%d" % key, f"at {DUE}".encode(), (), 5) for key in range(keys)]
        self.task.process(ASKS, records, 0)
        self.positions: Ends = {(topic, 0): self.task.offsets[topic] for topic in (ASKS, NAMES, CHANGES)}
        self.keeper = Timekeeper(
            self.reminder.topology,
            positions=lambda tasks: self.positions,
            ask_ends=self.ask,
            wall_ms=lambda: self.wall_ms,
            ask_every=ask_every,
        )

    def ask(self, partitions: Iterable[tuple[str, int]], timeout: float) -> AskedEnds:
        self.asked.append([*partitions])
        return self.answer

    def turn(self) -> bool:
        return self.keeper.turn([self.task])

    @property
    def rung(self) -> int:
        return len(self.task.view.emissions)


def test_nothing_is_asked_while_nothing_is_due() -> None:
    """An idle worker asks no broker anything."""
    scene = Scene()
    for _ in range(3):
        scene.turn()
    assert scene.asked == []


def test_a_due_timer_asks_once_for_all_inputs_and_waits_for_the_answer() -> None:
    """Nobody stands still meanwhile: turns go on, and ask no second time."""
    scene = Scene()
    scene.wall_ms = DUE
    for _ in range(3):
        scene.turn()
    assert scene.asked == [[(ASKS, 0), (NAMES, 0), (CHANGES, 0)]]
    assert scene.rung == 0
    scene.answer.ends = dict(scene.positions)
    scene.turn()
    assert scene.rung == 1
    assert scene.task.dirty


def test_it_says_while_something_due_waits_for_an_answer() -> None:
    """No record tells of an answer, so the loop must look again soon (rule 6)."""
    scene, waiting = Scene(), []
    for wall_ms, ends in ((DUE - 1, None), (DUE, None), (DUE, dict(scene.positions))):
        scene.wall_ms, scene.answer.ends = wall_ms, ends
        scene.turn()
        waiting.append(scene.keeper.waiting)
    assert waiting == [False, True, False]


def test_the_time_is_that_of_the_question_not_of_the_answer() -> None:
    """What was produced between the two is not in the answer."""
    scene = Scene()
    scene.wall_ms = DUE
    scene.turn()
    scene.wall_ms = DUE + 1000
    scene.answer.ends = dict(scene.positions)
    scene.turn()
    assert scene.task.clock.now_ms == DUE


def test_an_input_behind_its_end_holds_the_timers_back_until_it_is_there() -> None:
    """And no newer ends are asked for, which would run away from a busy input for ever."""
    scene = Scene()
    scene.wall_ms = DUE
    scene.answer.ends = scene.positions | {(CHANGES, 0): 7}
    for _ in range(3):
        scene.turn()
    assert (scene.rung, len(scene.asked)) == (0, 1)
    scene.positions[CHANGES, 0] = 7
    scene.turn()
    assert scene.rung == 1


def test_a_cluster_that_cannot_answer_is_asked_again() -> None:
    """Timers wait for it, and nothing else does."""
    scene = Scene()
    scene.wall_ms = DUE
    scene.answer.fails = True
    scene.turn()
    scene.answer.fails = False
    scene.answer.ends = dict(scene.positions)
    scene.turn()
    assert (scene.rung, len(scene.asked)) == (1, 2)


def test_questions_keep_their_distance() -> None:
    """At most one in `ask_every` seconds, whatever is due."""
    scene = Scene(ask_every=3600.0)
    scene.wall_ms = DUE
    scene.answer.fails = True
    for _ in range(5):
        scene.turn()
    assert len(scene.asked) == 1


def test_a_turn_fires_a_bounded_number_and_says_that_more_is_due() -> None:
    """Rule 16: a flood of due timers must not keep records waiting."""
    scene = Scene(keys=keeping.TIMERS_A_TURN + 1)
    scene.wall_ms = DUE
    scene.answer.ends = dict(scene.positions)
    assert scene.turn()
    assert scene.rung == keeping.TIMERS_A_TURN
    assert not scene.turn()
    assert scene.rung == keeping.TIMERS_A_TURN + 1


def test_an_abort_makes_the_inputs_prove_the_time_anew() -> None:
    """The unsubscribe that let the clock move on is unread again after the abort."""
    scene = Scene()
    scene.wall_ms = DUE
    scene.answer.ends = dict(scene.positions)
    scene.turn()
    scene.task.aborted(0)
    assert scene.task.clock.now_ms == 0
