"""What must hold after the reactions were treated badly. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`committed` and `aborted` are ids of crossings; `handled` how often each id was handled, `kills` how many workers
    were killed or frozen, `busy` at how many of those moments something was still to be done.
    """

    committed: Collection[str]
    aborted: Collection[str]
    handled: Mapping[str, int]
    kills: int
    busy: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """`faults` in words; the figures are for the report."""

    faults: tuple[str, ...]
    crossings: int = 0
    repeats: int = 0
    most: int = 0
    kills: int = 0

    @property
    def sound(self) -> bool:
        """Whether every promise held."""
        return not self.faults

    def __str__(self) -> str:
        return "\n".join(self.faults) or "sound"


def judge(evidence: Evidence) -> Verdict:
    """At least once, and nothing that was not committed; repeats are counted, for they are allowed."""
    handled = Counter(evidence.handled)
    committed, aborted = set(evidence.committed), set(evidence.aborted)
    lost = committed - handled.keys()
    unreal = handled.keys() & aborted
    strange = handled.keys() - committed - aborted
    faults = []
    if not committed:
        faults.append("nothing was written: this proves nothing")
    if lost:
        faults.append(f"lost: {len(lost)} of {len(committed)} crossings were never handled")
    if unreal:
        faults.append(f"{len(unreal)} crossings of aborted transactions were handled")
    if strange:
        faults.append(f"{len(strange)} crossings were handled that nobody wrote")
    if evidence.kills and not evidence.busy:
        faults.append("at no kill was anything left to do: this proves nothing")
    return Verdict(
        tuple(faults),
        crossings=len(committed),
        repeats=sum(handled[each] - 1 for each in committed & handled.keys()),
        most=max(handled.values(), default=0),
        kills=evidence.kills,
    )
