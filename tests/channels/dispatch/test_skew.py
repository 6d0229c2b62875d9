"""How far two clocks are apart is told only where it is certain."""

from __future__ import annotations

import pytest

from channels.dispatch.claim import Claim
from channels.dispatch.clock import Clock
from channels.dispatch.known_ends import PAUSE, SETTLE, STEP, KnownEnds
from channels.dispatch.skew import AHEAD, TRANSIT, skew_of

NOW = 1_800_000_000_000


@pytest.mark.parametrize(
    ("age", "within", "skew"),
    [
        (600, 0.5, 599.5),  # written just now, ten minutes old by its stamp
        (600, None, None),  # it may be old indeed
        (600, 700, 0.0),  # it may have lain there that long
        (TRANSIT + 1, 0.5, TRANSIT + 0.5),
        (TRANSIT, 0.5, 0.0),  # an open transaction explains it
        (0.2, 0.5, 0.0),
        (-AHEAD, 0.5, 0.0),
        (-600, 0.5, -600.0),  # from the future: certain by itself
        (-600, None, -600.0),
    ],
)
def test_a_difference_is_what_no_delay_explains(age: float, within: float | None, skew: float | None) -> None:
    """Positive: this clock is ahead of the writer's."""
    assert skew_of(NOW - round(age * 1000), NOW, within) == skew


class Scene:
    """One partition, and clocks that move by hand."""

    def __init__(self) -> None:
        self.steady, self.wall = 100.0, NOW / 1000
        self.claim = Claim(0)
        self.ends = KnownEnds(Clock(lambda: self.steady, lambda: round(self.wall * 1000)))

    def wait(self, seconds: float, *, steps: float = 0.0) -> None:
        """Turns at their usual pace; `steps` moves the wall clock alone."""
        for _ in range(max(round(seconds * 10), 1)):
            self.steady += min(seconds, 0.1)
            self.wall += min(seconds, 0.1)
            self.ends.turned([self.claim])
        self.wall += steps


def test_what_lies_behind_a_known_end_was_written_since() -> None:
    """And of what lies before it nothing is known."""
    scene = Scene()
    scene.ends.ends(scene.claim, 7)
    scene.wait(1.0)

    assert scene.claim.written_within(7, scene.steady) == pytest.approx(1.0)
    assert scene.claim.written_within(9, scene.steady) == pytest.approx(1.0)
    assert scene.claim.written_within(6, scene.steady) is None
    assert Claim(1).written_within(0, scene.steady) is None


@pytest.mark.parametrize("cause", ["outage", "standstill", "step forward", "step back"])
def test_an_end_is_forgotten_when_the_partition_may_have_grown_unseen(cause: str) -> None:
    """Else a record that lay there all the while would pass for a new one, and a sleep for a wrong clock."""
    scene = Scene()
    scene.ends.ends(scene.claim, 7)
    if cause == "outage":
        scene.ends.away([scene.claim])
    elif cause == "standstill":
        scene.steady += PAUSE + 0.1
        scene.wall += PAUSE + 0.1
    else:
        scene.wall += (STEP + 0.1) * (1 if cause == "step forward" else -1)
    scene.ends.turned([scene.claim])
    assert scene.claim.written_within(7, scene.steady) is None

    scene.ends.ends(scene.claim, 7)  # what the client had in its queue
    assert scene.claim.written_within(7, scene.steady) is None
    scene.ends.heard()
    scene.wait(SETTLE + 0.1)
    scene.ends.ends(scene.claim, 9)
    assert scene.claim.written_within(9, scene.steady) == 0.0


def test_while_brokers_are_away_no_end_is_believed_however_long_it_takes() -> None:
    """The client repeats what it last heard."""
    scene = Scene()
    scene.ends.away([scene.claim])
    scene.wait(3 * SETTLE)
    scene.ends.ends(scene.claim, 7)

    assert scene.claim.known_end is None
