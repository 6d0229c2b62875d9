"""The shape of an input: whose events, how many contacts, how they are spread. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from random import Random

from tests.bench.profiles import PROFILES

SEED = 7


@dataclass(frozen=True, slots=True)
class Shape:
    """`events` events of contacts drawn at random; before them, when `warm`, one event of every contact."""

    profile: str
    contacts: int
    events: int
    partitions: int = 4
    warm: bool = False

    @property
    def prefix(self) -> str:
        """The topic prefix that holds this input."""
        warm = "-warm" if self.warm else ""
        return f"{self.profile}-{self.contacts}-{self.partitions}-{self.events}{warm}-"

    @property
    def warm_events(self) -> int:
        """Events before the measured ones."""
        return self.contacts if self.warm else 0

    def records(self) -> Iterator[tuple[str, str]]:
        """Yield key and value of every event; the same ones at every call."""
        event = PROFILES[self.profile].event
        random = Random(SEED)
        for number, contact in enumerate(self._contacts(random)):
            yield f"c-{contact}", event(number, contact, random)

    def _contacts(self, random: Random) -> Iterator[int]:
        if self.warm:
            # Every contact once, and not in key order: neighbours in time are not neighbours in the store.
            stride = _coprime(self.contacts)
            yield from (number * stride % self.contacts for number in range(self.contacts))
        for _ in range(self.events):
            yield int(random.random() * self.contacts)


def _coprime(count: int) -> int:
    """A step near the golden section of `count` that visits every number below it."""
    step = max(int(count * 0.618), 1)
    while gcd(step, count) != 1:
        step += 1
    return step
