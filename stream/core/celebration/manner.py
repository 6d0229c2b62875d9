"""How a milestone is celebrated under the rules in force: where, when, for whom, how long it stays fresh."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from schemas.channel import Channel
from schemas.milestones.document import Cap, Document, MilestoneEntry
from schemas.milestones.duration import Duration
from schemas.milestones.expand import expand
from stream.core.celebration.audience import Audience
from stream.core.celebration.compose import Composer
from stream.core.celebration.file_words import FileWords
from stream.core.celebration.hours import Opening
from stream.core.celebration.subject import Subject, is_nudge
from stream.core.celebration.timing import Timing


class Manner:
    """One active milestone; what its entry does not say is its tier's."""

    __slots__ = ("audience", "channels", "composer", "fresh_ms", "is_major", "opening", "zone")

    def __init__(
        self, document: Document, entry: MilestoneEntry, reward_key: str = "", words: FileWords | None = None
    ) -> None:
        tier = document.tiers.of(entry.tier)
        self.is_major = entry.tier == "major"
        self.channels: frozenset[Channel] = frozenset(entry.channels or tier.channels)
        self.opening = Opening(entry.send_window or tier.send_window, document.quiet_hours)
        self.fresh_ms = _milliseconds(entry.max_staleness or tier.max_staleness)
        self.audience = Audience(entry.audience)
        self.zone = document.product.time_zone
        self.composer = Composer(document, entry, reward_key, words)


class Manners:
    """Those of a whole file, by milestone; a retired or drafted one has none. `reward_key` is the secret of codes."""

    def __init__(
        self,
        document: Document,
        reward_key: str = "",
        version: int = 0,
        timing: Timing | None = None,
    ) -> None:
        self.version = version
        self.timing = timing or Timing()
        self.cap: Cap | None = document.cap
        self.bundle_ms = document.bundle.seconds * 1000
        self._by_milestone = dict(_manners(document, reward_key))

    def of(self, milestone: str) -> Manner | None:
        """Return how a milestone is celebrated; None when it is not, any more or yet."""
        return self._by_milestone.get(milestone)

    def is_major(self, subject: Subject) -> bool:
        """Whether it weighs as a major one: by the rules in force, or else by its own word; a nudge never does."""
        if is_nudge(subject):
            return False
        manner = self.of(subject.milestone)
        return subject.tier == "major" if manner is None else manner.is_major


def _manners(document: Document, reward_key: str) -> Iterator[tuple[str, Manner]]:
    words = FileWords(document)
    for entry, rungs in groupby(expand(document), lambda milestone: milestone.entry):
        if entry.status == "active":
            # The rungs of a ladder share their entry, and so what is compiled of it.
            manner = Manner(document, entry, reward_key, words)
            yield from ((rung.id, manner) for rung in rungs)


def _milliseconds(length: Duration | None) -> int | None:
    return length.seconds * 1000 if length else None
