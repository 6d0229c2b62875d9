"""What a scenario reports: figures, and whether the promises held."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.chaos.verifier import Judgement


@dataclass
class Outcome:
    """Figures of one run of one scenario."""

    scenario: str
    title: str
    size: str = ""
    events: int = 0
    kills: int = 0
    """Workers ended by SIGKILL or frozen by SIGSTOP."""
    rebalances: int = 0
    """Joins and clean leaves that the scenario asked for."""
    with_input_left: int = 0
    """At how many of the kills some input lay unprocessed: without that a kill proves nothing."""
    longest_stall: float = 0.0
    """Seconds for which a partition had input before it and committed nothing."""
    looks: int = 0
    """How often the committed offsets were compared with those before (R13)."""
    seconds: float = 0.0
    judgement: Judgement | None = None
    remarks: list[str] = field(default_factory=list)
    """Figures that only this scenario has, a sentence each."""
    faults: list[str] = field(default_factory=list)
    """What else was not as the scenario demands, a sentence each."""

    @property
    def passed(self) -> bool:
        """Whether everything was as it has to be."""
        return not self.faults and self.judgement is not None and self.judgement.sound

    def require(self, held: bool, otherwise: str) -> None:
        """Note a fault unless `held`."""
        if not held:
            self.faults.append(otherwise)

    def __str__(self) -> str:
        return f"{self.scenario}: {'; '.join([*self.faults, str(self.judgement)])}"
