"""Who is kept: one client has a bound, all have one, and who sends no request goes first."""

from __future__ import annotations

import pytest

from channels.portal.connections import Closed, Connections


class Held:
    """A connection that notes whether it was evicted."""

    def __init__(self) -> None:
        self.evicted = False

    def evict(self) -> None:
        self.evicted = True


class Scene:
    """Places for `most`, and what was said of those closed."""

    def __init__(self, most: int, per_client: int | None) -> None:
        self.said: list[Closed] = []
        self.kept = Connections(most, per_client, self.said.append)

    def connect(self, client: str, *, works: bool = False) -> Held | None:
        """A new connection, None if it was refused."""
        held = Held()
        if not self.kept.admit(held, client):
            return None
        if works:
            self.kept.works(held)
        return held


def test_one_client_has_no_more_than_its_places() -> None:
    """Whatever it does with them; others are not asked about it."""
    scene = Scene(most=10, per_client=3)
    mine = [scene.connect("mallory") for _ in range(5)]

    assert [each is not None for each in mine] == [True, True, True, False, False]
    assert scene.connect("alice") is not None
    assert scene.said == [Closed.PER_CLIENT] * 2


def test_a_place_that_was_given_back_can_be_taken_again() -> None:
    """Also when its end is told twice, by an eviction and by the loss that follows."""
    scene = Scene(most=10, per_client=1)
    held = scene.connect("alice")
    assert held is not None
    scene.kept.gone(held)
    scene.kept.gone(held)

    assert scene.connect("alice") is not None
    assert scene.connect("alice") is None
    assert len(scene.kept) == 1


def test_when_all_places_are_taken_who_has_waited_longest_goes() -> None:
    """Many clients that send nothing keep nobody out."""
    scene = Scene(most=3, per_client=3)
    first, second, third = (scene.connect(f"bot-{each}") for each in range(3))
    assert first is not None
    assert second is not None
    assert third is not None
    scene.kept.works(first)
    scene.kept.waits(first)  # it was answered since, so it has waited the shortest

    assert scene.connect("alice") is not None
    assert [each.evicted for each in (first, second, third)] == [False, True, False]
    assert len(scene.kept) == 3
    assert scene.said == [Closed.ALL]


def test_nobody_who_is_being_answered_is_sent_away() -> None:
    """Then there is no place for the new one."""
    scene = Scene(most=2, per_client=None)
    working = [scene.connect("proxy", works=True) for _ in range(2)]

    assert scene.connect("alice") is None
    assert not any(each.evicted for each in working if each)
    assert scene.said == [Closed.ALL]


@pytest.mark.parametrize("per_client", [None, 50])
def test_a_bound_that_is_not_reached_says_nothing(per_client: int | None) -> None:
    """And all are kept."""
    scene = Scene(most=50, per_client=per_client)

    assert all(scene.connect("proxy") for _ in range(50))
    assert scene.said == []


def test_a_late_word_of_one_that_is_gone_changes_nothing() -> None:
    """An evicted connection may still be answered."""
    scene = Scene(most=1, per_client=None)
    first = scene.connect("a")
    assert first is not None
    assert scene.connect("b") is not None
    scene.kept.waits(first)

    assert len(scene.kept) == 1
    assert scene.connect("c") is not None
