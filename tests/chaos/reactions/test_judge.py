"""The judge is code under test: what is planted must be found."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chaos.reactions.judge import Evidence, judge

SOUND: dict[str, Any] = {
    "committed": ["a", "b", "c"],
    "aborted": ["x"],
    "handled": {"a": 1, "b": 3, "c": 1},
    "kills": 2,
    "busy": 1,
}


def test_at_least_once_is_sound_and_its_repeats_are_counted() -> None:
    verdict = judge(Evidence(**SOUND))
    assert verdict.sound
    assert (verdict.crossings, verdict.repeats, verdict.most) == (3, 2, 3)


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ({"handled": {"a": 1, "b": 1}}, "lost: 1 of 3"),
        ({"handled": {"a": 1, "b": 1, "c": 1, "x": 1}}, "1 crossings of aborted transactions"),
        ({"handled": {"a": 1, "b": 1, "c": 1, "y": 1}}, "1 crossings were handled that nobody wrote"),
        ({"committed": [], "handled": {}}, "nothing was written"),
        ({"busy": 0}, "was anything left to do"),
    ],
)
def test_what_is_planted_is_found(planted: dict[str, Any], said: str) -> None:
    verdict = judge(Evidence(**{**SOUND, **planted}))
    assert not verdict.sound
    assert said in str(verdict)
