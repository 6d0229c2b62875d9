"""What is in hand, and when nothing is any more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from stream.reactions.hands import Hands


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_record_held_longest_is_named() -> None:
    clock = Clock()
    hands = Hands(clock)
    assert hands.longest() is None
    hands.hold("a", "app/one")
    clock.now = 5.0
    hands.hold("b", "app/other")
    clock.now = 7.0
    assert hands.longest() == ("app/one", 7.0)
    assert hands.put_down("a") == 7.0
    assert hands.longest() == ("app/other", 2.0)
    assert len(hands) == 1


def test_the_reaction_that_asks_for_nothing_longest_is_named() -> None:
    clock = Clock()
    hands = Hands(clock)
    assert hands.longest_away() is None
    hands.leaves("a", "app/one")
    clock.now = 5.0
    hands.leaves("b", "app/other")
    clock.now = 7.0
    assert hands.longest_away() == ("app/one", 7.0)
    hands.asks("a")
    hands.asks("never left")
    assert hands.longest_away() == ("app/other", 2.0)
    assert len(hands) == 0


def test_waiting_ends_with_the_last_record_or_with_its_bound() -> None:
    async def story() -> list[bool]:
        clock = Clock()
        hands = Hands(clock)
        found = [await hands.wait_empty(0.0)]
        hands.hold("a", "app/one")
        found.append(await hands.wait_empty(0.0))
        asyncio.get_running_loop().call_soon(hands.put_down, "a")
        found.append(await hands.wait_empty(60.0))
        return found

    assert asyncio.run(story()) == [True, False, True]
