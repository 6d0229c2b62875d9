"""What a run leaves behind, as everybody may read it: topics, and what arrived at the providers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deploy.demo.received import Received
from schemas.decision import Decision
from schemas.delivery import Delivery
from schemas.milestone_crossed import MilestoneCrossed
from schemas.receipt import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The whole of it.

    `withdrawn_ms`: when Kafka had acknowledged each contact's unsubscription (epoch ms). `in_flight`: how many messages
    the dispatchers that were killed or frozen can have had under way, all kills together.
    """

    crossings: Sequence[MilestoneCrossed]
    decisions: Sequence[Decision]
    deliveries: Sequence[Delivery]
    receipts: Sequence[Receipt]
    received: Sequence[Received]
    withdrawn_ms: Mapping[str, int] = field(default_factory=dict)
    in_flight: int = 0
