"""Outside a terminal each thing is told once."""

from __future__ import annotations

from dataclasses import replace

from deploy.demo.lines import Lines
from deploy.demo.scene import News, Reached, Scene

SCENE = Scene(bootstrap="127.0.0.1:1")


def test_news_is_told_once() -> None:
    """Also when two pieces have the same words."""
    told: list[str] = []
    lines = Lines(told.append)
    first, second = News(1, "a worker is back"), News(1, "a worker is back")
    lines.show(replace(SCENE, news=[first]))
    lines.show(replace(SCENE, news=[first]))
    assert told == ["  00:01  a worker is back\n"]
    lines.show(replace(SCENE, news=[first, second]))
    assert len(told) == 2


def test_milestones_do_not_bury_the_story_and_a_guest_is_always_told() -> None:
    """Three between two statuses, then a number; what a guest reached comes in any case."""
    told: list[str] = []
    lines = Lines(told.append)
    reached = [*(Reached(1, f"P{number}") for number in range(10)), Reached(2, "you reached first-project", guest=True)]
    lines.show(replace(SCENE, reached=reached))
    assert [each.strip() for each in told] == [
        *(f"00:01    P{number}" for number in range(3)),
        "00:02    you reached first-project",
    ]
    lines.show(replace(SCENE, at=5, reached=reached))
    assert "7 more reached" in told[-1]


def test_the_line_to_paste_is_told_when_it_is_of_use() -> None:
    """Once, on a line of its own; not in a story that pastes it itself."""
    for ends_by_itself, wanted in ((False, 1), (True, 0)):
        told: list[str] = []
        lines = Lines(told.append)
        invited = replace(SCENE, invitation=["cairn", "events", "send"], ends_by_itself=ends_by_itself)
        lines.show(invited)
        lines.show(invited)
        assert [each.strip() for each in told].count("cairn events send") == wanted
