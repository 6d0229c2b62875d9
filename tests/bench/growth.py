"""Row `growth`: what an event costs as the number of contacts in state grows."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.profiles import FULL
from tests.bench.race import Contestant, Kind, Race
from tests.bench.shape import Shape
from tests.bench.sizes import Sizes
from tests.bench.table import Line, amount
from tests.bench.target import at_most


class Growth:
    """CPU of the whole worker per event, full profile, after every contact has been seen once."""

    def __init__(self, sizes: Sizes) -> None:
        self._shapes = [Shape(FULL.name, contacts, sizes.events, warm=True) for contacts in sizes.growth]

    def contestants(self) -> Sequence[Contestant]:
        """Return one tracker for each number of contacts."""
        return [Contestant(Kind.TRACKER, shape) for shape in self._shapes]

    def lines(self, race: Race) -> list[Line]:
        """Return the row: the dearest of all against the cheapest of those with fewer contacts."""
        target = at_most(1.6, "1.6 x")
        costs = [race.cpu_per_event(each) for each in self.contestants()]
        ratio = max(cost / min(costs[: at + 1]) for at, cost in enumerate(costs))
        sizes = [amount(shape.contacts) for shape in self._shapes]
        return [
            Line(
                f"CPU per event, {', '.join(sizes)} contacts in state (full profile)",
                target.text,
                ", ".join(f"{cost:.2f}" for cost in costs) + " us",
                f"{ratio:.2f} x",
                target.verdict(ratio),
            )
        ]
