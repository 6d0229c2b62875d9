"""Expected against seen: whether anything was lost or said twice, at a moment when that can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.demo.ledger import Identity, Ledger, Place
from schemas.milestone_crossed import EventSource, MilestoneCrossed


@dataclass(frozen=True, slots=True)
class Balance:
    """What is due by now, how much of it was seen, and what is wrong."""

    expected: int = 0
    seen: int = 0
    lost: tuple[Identity, ...] = ()
    twice: tuple[Identity, ...] = ()
    unexpected: tuple[Identity, ...] = ()

    @property
    def even(self) -> bool:
        """Nothing is lost, nothing was said twice or without reason."""
        return not (self.lost or self.twice or self.unexpected)


class Sightings:
    """The crossings that a read_committed reader has seen."""

    def __init__(self) -> None:
        self._times: dict[Identity, int] = {}
        self._from: dict[Identity, Place] = {}
        self._kinds: set[str] = set()

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of milestone that were crossed."""
        return frozenset(self._kinds)

    def __len__(self) -> int:
        return sum(self._times.values())

    def __contains__(self, identity: Identity) -> bool:
        return identity in self._times

    def note(self, crossing: MilestoneCrossed) -> None:
        """One record of milestone-crossed."""
        identity = Identity(crossing.contact_id, crossing.milestone, crossing.occurrence)
        self._times[identity] = self._times.get(identity, 0) + 1
        self._kinds.add(crossing.kind)
        if isinstance(crossing.source, EventSource):
            self._from.setdefault(identity, Place(crossing.source.partition, crossing.source.offset))

    def balance(self, ledger: Ledger, committed: Mapping[int, int]) -> Balance:
        """Compare, for the input below the `committed` offset of each partition.

        Right only when the ledger has read the input up to there, and the reader of crossings has passed what was the
        end of its topic after these offsets were committed: offsets and crossings become visible by one transaction.
        """

        def judged(place: Place) -> bool:
            return place.offset < committed.get(place.partition, 0)

        due = [identity for identity, place in ledger.expected.items() if judged(place)]
        lost = tuple(identity for identity in due if identity not in self._times)
        return Balance(
            expected=len(due),
            seen=len(due) - len(lost),
            lost=lost,
            twice=tuple(identity for identity, times in self._times.items() if times > 1),
            unexpected=tuple(
                identity for identity, place in self._from.items() if judged(place) and identity not in ledger.expected
            ),
        )
