"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.bench.peer_setting import ALL, FEW, PeerSetting


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of the targets; `quick` ones only show that everything works."""

    events: int = 3_000_000
    """Events of one run. With fewer Java is still compiling: 23.7 us per event in a run of 1 M, 15.6 in one of 3 M."""
    repeats: int = 3
    """Rounds in which all contestants take turns; the median counts."""
    settings: tuple[PeerSetting, ...] = ALL
    """Of the peer."""
    narrow: int = 100_000
    wide: int = 5_000_000
    growth: tuple[int, ...] = (100_000, 1_000_000, 5_000_000)
    rate: int = 5_000
    """Events per second while latency is measured."""
    seconds: float = 30.0
    """How long latency is measured."""
    celebrated_a_second: int = 200
    """Crossings per second while the way to the message is measured, as long as latency is."""
    restored: int = 1_000_000
    updates: int = 10
    held: int = 5_000_000
    """Contacts in state while memory is measured, and as many events go on after that."""
    emails: int = 10_000
    """Messages of one round of the email row."""
    pushed: int = 15_000
    """Messages of one round of each push row."""

    celebrated: int = 100_000
    """Contacts whose crossings the planner decides on in one run."""

    def quick(self) -> Sizes:
        """Return sizes for a try of some minutes. Its figures are no proof of anything."""
        return replace(
            self,
            events=min(self.events, 200_000),
            repeats=1,
            narrow=20_000,
            wide=500_000,
            growth=(10_000, 100_000),
            settings=FEW,
            seconds=5.0,
            restored=50_000,
            held=100_000,
            emails=2_000,
            pushed=2_000,
            celebrated=10_000,
        )
