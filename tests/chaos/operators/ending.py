"""What came of one mistake, and what told of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Ending:
    """How one case ended, in the words of the report."""

    case: str
    ended: str = ""
    """`exit 3 (DRIFT)` or `0 lost, 0 twice of 312`; several are joined."""
    log: str = ""
    """What the worker's log, or its last words, told."""
    metrics: str = ""
    """The metrics that told, and why readyz was red."""
    doctor: str = ""
    """What `cairn doctor` told while the mistake stood."""
    faults: list[str] = field(default_factory=list)
    """What was not as it has to be, a sentence each."""

    def require(self, held: bool, otherwise: str) -> None:
        """Note a fault unless `held`."""
        if not held:
            self.faults.append(otherwise)

    def note(self, column: str, words: str) -> None:
        """Add words to a column, each once."""
        said = getattr(self, column)
        if words and words not in said:
            setattr(self, column, f"{said}; {words}" if said else words)


@dataclass
class Outcome:
    """All cases of one mistake."""

    id: str
    title: str
    must: str
    endings: list[Ending] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def faults(self) -> list[str]:
        """Every fault with its case."""
        return [f"{each.case}: {fault}" for each in self.endings for fault in each.faults]

    @property
    def passed(self) -> bool:
        """Whether every case ended as it must."""
        return bool(self.endings) and not self.faults

    def __str__(self) -> str:
        return f"{self.id}: {'; '.join(self.faults) or 'as it must'}"
