"""A line that repeats is said once, and then its count; lines that differ are not lost among each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stream.runtime.repeats import KINDS, MOST, WINDOW, Repeats


class Desk:
    """A log with a clock that moves by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.written: list[tuple[str, dict[str, Any]]] = []
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._repeats = Repeats(lambda: self.now, lambda after, call: self._due.append((self.now + after, call)))

    def say(self, event: str, level: str = "warning", **fields: Any) -> None:
        """One line."""

        def tell(times: int, within: float) -> None:
            self.written.append((event, {**fields, "repeated": times, "within": within}))

        if self._repeats.passes(event, level, fields, tell):
            self.written.append((event, fields))

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        due, self._due = (
            [each for each in self._due if each[0] <= self.now],
            [each for each in self._due if each[0] > self.now],
        )
        for _, call in due:
            call()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_line_that_repeats_is_said_once_with_its_count(desk: Desk) -> None:
    """488 a second, for three minutes: the first at once, then one line a window."""
    for _ in range(180):
        for _ in range(488):
            desk.say("broadcast_waits", topic="milestone-rules")
        desk.wait(1.0)

    counts = [fields.get("repeated", 0) for _, fields in desk.written]
    assert len(desk.written) <= 180 / WINDOW * 2 + 1
    assert counts[0] == 0
    assert sum(counts) + counts.count(0) == 180 * 488


def test_a_line_that_comes_once_in_a_while_is_written_each_time(desk: Desk) -> None:
    """Nothing is said of a count of none."""
    for _ in range(3):
        desk.say("provider_paused", provider="smtp")
        desk.wait(WINDOW)

    assert desk.written == [("provider_paused", {"provider": "smtp"})] * 3


def test_the_count_is_told_though_nothing_more_comes(desk: Desk) -> None:
    """At the end of the window that began with the first."""
    desk.say("position_lost", partition=3)
    desk.wait(WINDOW / 2)
    desk.say("position_lost", partition=3)
    assert len(desk.written) == 1
    desk.wait(WINDOW / 2)

    assert desk.written[1] == ("position_lost", {"partition": 3, "repeated": 1, "within": WINDOW})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Connect failed (after 3ms in state CONNECT)", "Connect failed (after 17ms in state CONNECT)"),
        ("Timed out (after 5000ms, timeout #1)", "Timed out (after 5001ms, timeout #2)"),
        (
            "refused (after 0ms, 1 identical error(s) suppressed)",
            "refused (after 0ms, 30 identical error(s) suppressed)",
        ),
        ("no answer after 2 s", "no answer after 13.5 s"),
    ],
)
def test_durations_and_counts_in_a_text_make_no_other_line(desk: Desk, one: str, other: str) -> None:
    """As the Kafka client writes them."""
    desk.say("kafka_client", text=one)
    desk.say("kafka_client", text=other)

    assert len(desk.written) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"partition": 3}, {"partition": 4}),
        ({"text": "broker-1:9092 down"}, {"text": "broker-2:9092 down"}),
        ({"topic": "a"}, {"topic": "b"}),
    ],
)
def test_what_tells_things_apart_is_another_line(desk: Desk, one: dict[str, Any], other: dict[str, Any]) -> None:
    """A second broker that is down is news."""
    desk.say("down", **one)
    desk.say("down", **other)

    assert [fields for _, fields in desk.written] == [one, other]


def test_levels_and_events_are_told_apart(desk: Desk) -> None:
    """The same fields under another name."""
    desk.say("a", level="warning")
    desk.say("a", level="error")
    desk.say("b", level="warning")

    assert len(desk.written) == 3


def test_lines_that_all_differ_are_bounded_too(desk: Desk) -> None:
    """A poisoned topic breaks each of its records at another offset; the others are counted together."""
    for offset in range(1000):
        desk.say("record_broke_the_fold", offset=offset)
    assert len(desk.written) == KINDS
    desk.wait(WINDOW)

    assert desk.written[KINDS] == (
        "record_broke_the_fold",
        {"offset": 999, "repeated": 1000 - KINDS, "within": WINDOW},
    )


def test_what_is_remembered_is_bounded_and_no_count_is_lost(desk: Desk) -> None:
    """Libraries write texts of any kind."""
    desk.say("held")
    desk.say("held")
    for each in range(3 * MOST):
        desk.say(f"event {each}")
    desk.wait(WINDOW)

    assert len(desk._repeats._spells) <= MOST
    assert ("held", {"repeated": 1, "within": WINDOW}) in desk.written
    assert sum(1 for event, _ in desk.written if event.startswith("event ")) == 3 * MOST
