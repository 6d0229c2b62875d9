"""What the core says of one milestone crossed."""

from __future__ import annotations

import msgspec

from schemas.milestone_crossed import (
    EventSource,
    Jump,
    Kind,
    MilestoneCrossed,
    NextRung,
    Reason,
    Rung,
    TimerSource,
    crossing_id,
)
from schemas.moment import rfc3339
from stream.core.progress import Amount


class Crossed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One crossing: everything that a milestone-crossed record says but where its event lies and when it
    was seen.

    Times are epoch ms. ``metric`` is None for an anniversary and a composite, ``jump`` when nothing else was crossed at
    once. ``life`` is the contact's, above 1 after an erasure.
    """

    contact_id: str
    milestone: str
    occurrence: int
    metric: str | None
    kind: Kind
    unit: str | None
    tier: str
    threshold: Amount
    value_before: Amount
    value: Amount
    occurred_at_ms: int
    days_since_signup: int | None
    previous: Rung | None
    next: NextRung | None
    not_celebrated_because: Reason | None
    holdout: bool
    reward: str | None
    rules_version: int
    jump: Jump | None = None
    life: int = 1

    @property
    def celebrate(self) -> bool:
        """Whether it happened under the rules, with a counter known to be whole."""
        return self.not_celebrated_because is None

    def record(self, source: EventSource | TimerSource, detected_at_ms: int) -> MilestoneCrossed:
        """Return the record to write."""
        return MilestoneCrossed(
            id=crossing_id(self.contact_id, self.milestone, self.occurrence, self.life),
            contact_id=self.contact_id,
            milestone=self.milestone,
            occurrence=self.occurrence,
            metric=self.metric,
            kind=self.kind,
            unit=self.unit,
            tier=self.tier,
            threshold=self.threshold,
            value_before=self.value_before,
            value=self.value,
            occurred_at=rfc3339(self.occurred_at_ms),
            detected_at=rfc3339(detected_at_ms),
            days_since_signup=self.days_since_signup,
            previous=self.previous,
            next=self.next,
            celebrate=self.celebrate,
            not_celebrated_because=self.not_celebrated_because,
            holdout=self.holdout,
            reward=self.reward,
            rules_version=self.rules_version,
            source=source,
            jump=self.jump or msgspec.UNSET,
        )
