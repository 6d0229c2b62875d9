from __future__ import annotations

from stream.reactions.pause import pause


def test_it_doubles_up_to_the_longest() -> None:
    assert [pause(each, 30.0, 1.0) for each in (1, 2, 3, 8, 10_000)] == [0.5, 1.0, 2.0, 30.0, 30.0]


def test_those_who_failed_together_do_not_come_back_together() -> None:
    """Between half and the whole."""
    assert pause(5, 30.0, 0.0) == 4.0
    assert pause(5, 30.0, 0.5) == 6.0
