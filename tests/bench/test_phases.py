from __future__ import annotations

from itertools import count

from tests.bench.phases import REST, Phases
from tests.bench.stopwatch import Instant


def test_a_phase_inside_another_is_booked_once() -> None:
    """Reading rows is part of folding a batch, but not of the fold's own time; the sum is the time that passed."""
    looks = count()

    def clock() -> Instant:
        look = next(looks)
        return Instant(look, 0.0, look / 2)

    phases = Phases(clock)
    read = phases.timed("read rows")(lambda: None)
    fold = phases.timed("fold")(read)
    fold()
    assert phases.seconds() == {"read rows": (1.0, 0.5), "fold": (2.0, 1.0), REST: (2.0, 1.0)}


def test_a_reset_forgets_the_warm_up() -> None:
    """What was booked before the measured part is gone."""
    looks = count()
    phases = Phases(lambda: Instant(next(looks), 0.0, 0.0))
    phases.timed("decode")(lambda: None)()
    phases.reset()
    assert phases.seconds() == {REST: (1.0, 0.0)}
