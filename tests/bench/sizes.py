"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of the targets; `quick` ones only show that everything works."""

    events: int = 1_000_000
    """Measured events of one run."""
    repeats: int = 3
    """Rounds in which all contestants take turns; the median counts."""
    narrow: int = 100_000
    wide: int = 5_000_000
    growth: tuple[int, ...] = (10_000, 100_000, 1_000_000, 5_000_000)
    rate: int = 5_000
    """Events per second while latency is measured."""
    seconds: float = 20.0
    """How long latency is measured."""
    restored: int = 1_000_000
    updates: int = 10
    held: int = 5_000_000
    """Contacts in state while memory is measured, and as many events go on after that."""
    pushes: int = 10_000
    """Messages to FCM of one run."""

    emails: int = 10_000
    """Messages of one round of the email row."""

    pushed: int = 20_000
    """Web pushes of one run."""

    def quick(self) -> Sizes:
        """Return sizes for a try of about two minutes. Its figures are no proof of anything."""
        return replace(
            self,
            events=min(self.events, 200_000),
            repeats=1,
            growth=(10_000, 100_000),
            seconds=5.0,
            restored=50_000,
            held=100_000,
            pushes=1_000,
            emails=1_000,
            pushed=2_000,
        )
