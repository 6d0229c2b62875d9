"""How long to wait before something that failed is tried again."""

from __future__ import annotations

from stream.runtime.backoff import doubled, half_sure


def test_it_doubles_up_to_the_longest() -> None:
    """However often something failed: a number that grew on would overflow."""
    assert [doubled(0.5, each, 10.0) for each in (1, 2, 3, 6, 10_000)] == [0.5, 1.0, 2.0, 10.0, 10.0]


def test_half_of_it_is_sure() -> None:
    assert [half_sure(8.0, each) for each in (0.0, 0.5, 1.0)] == [4.0, 6.0, 8.0]
