"""Row `growth`: what a row costs as the number of contacts in state grows."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.contestant import Cairn, Contestant
from tests.bench.profiles import FULL
from tests.bench.race import Race
from tests.bench.shape import Shape
from tests.bench.sizes import Sizes
from tests.bench.table import Line, amount
from tests.bench.target import at_most


class Growth:
    """CPU of all processes per row written, full profile, after every contact has been seen once.

    Per event it would be no measure: with few contacts a transaction writes a row once for many events of it.
    """

    def __init__(self, sizes: Sizes) -> None:
        self._shapes = [Shape(FULL.name, contacts, sizes.events, warm=True) for contacts in sizes.growth]

    def contestants(self) -> Sequence[Contestant]:
        """Return one tracker for each number of contacts."""
        return [Contestant(Cairn(), shape) for shape in self._shapes]

    def lines(self, race: Race) -> list[Line]:
        """Return the row: the dearest of all against the cheapest of those with fewer contacts."""
        target = at_most(1.6, "1.6 x")
        costs = [race.cpu_per_row(each) for each in self.contestants()]
        events = [race.cpu_per_event(each) for each in self.contestants()]
        ratio = max(cost / min(costs[: at + 1]) for at, cost in enumerate(costs))
        sizes = [amount(shape.contacts) for shape in self._shapes]
        per_row, per_event = (", ".join(f"{cost:.2f}" for cost in each) for each in (costs, events))
        return [
            Line(
                f"CPU per row written, {', '.join(sizes)} contacts in state (full profile)",
                target.text,
                f"{per_row} us (per event {per_event})",
                f"{ratio:.2f} x",
                target.verdict(ratio),
            )
        ]
