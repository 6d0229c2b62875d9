"""What takes part in one run of the race: the commands to start, and the topics where their work shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outputs:
    """Topics of crossings, nudges and dead letters; None where a program writes none of a kind."""

    crossings: str
    nudges: str | None = None
    letters: str | None = None

    def named(self) -> dict[str, str]:
        """Return those that there are, by what they hold."""
        all_three = (("crossings", self.crossings), ("nudges", self.nudges), ("letters", self.letters))
        return {what: topic for what, topic in all_three if topic is not None}


@dataclass(frozen=True, slots=True)
class Entry:
    """`group` commits the offsets of the input. `leaves` is the exit code of a program that is told to stop."""

    commands: tuple[list[str], ...]
    group: str
    outputs: Outputs
    changelog: str | None = None
    leaves: int = 0
