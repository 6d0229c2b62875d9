from stream.runtime.restarts import Restarts


def test_a_worker_that_worked_for_a_while_is_back_at_once() -> None:
    """However often."""
    habit = Restarts()

    assert [habit.delay(lived=60) for _ in range(5)] == [0, 0, 0, 0, 0]


def test_a_worker_that_keeps_dying_young_waits_longer_each_time() -> None:
    """At most 30 s, so that it comes back when the cause has gone."""
    habit = Restarts()

    delays = [habit.delay(lived=0.1) for _ in range(10)]

    assert delays == [0, 0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_long_life_ends_the_habit() -> None:
    """The next early death is the first again."""
    habit = Restarts()
    for _ in range(5):
        habit.delay(lived=0.1)

    habit.delay(lived=60)

    assert habit.delay(lived=0.1) == 0
