"""Who takes part: one program on one input. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.peer_setting import PeerSetting
from tests.bench.shape import Shape


@dataclass(frozen=True, slots=True)
class Cairn:
    """The tracker with so many worker processes."""

    workers: int = 1

    def __str__(self) -> str:
        return f"Cairn, {self.workers} worker{'s' if self.workers > 1 else ''}"


@dataclass(frozen=True, slots=True)
class Consume:
    """Reading alone."""

    def __str__(self) -> str:
        return "consume()"


Kind = Cairn | PeerSetting | Consume


@dataclass(frozen=True, slots=True)
class Contestant:
    """One program on one input."""

    kind: Kind
    shape: Shape

    def __str__(self) -> str:
        return f"{self.kind} on {self.shape.prefix.rstrip('-')}"

    @property
    def is_peer(self) -> bool:
        """Whether it is on Kafka Streams."""
        return isinstance(self.kind, PeerSetting)


def spread(ours: list[Contestant], peers: list[Contestant]) -> list[Contestant]:
    """Return all in an order in which ours lie as far apart as can be: the machine's speed drifts."""
    if not ours:
        return peers
    entered: list[Contestant] = []
    for at, each in enumerate(ours):
        entered += [each, *peers[at * len(peers) // len(ours) : (at + 1) * len(peers) // len(ours)]]
    return entered
