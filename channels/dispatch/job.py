"""One delivery at the dispatcher, from its record to its end."""

from __future__ import annotations

from dataclasses import dataclass

from channels.dispatch.claim import Claim
from channels.dispatch.lease import Lease
from schemas.delivery import Delivery
from schemas.record import Record


@dataclass(slots=True, eq=False)
class Job:
    """Jobs are told apart by identity: a delivery that was released twice is two of them."""

    record: Record
    claim: Claim
    delivery: Delivery
    provider: str
    lease: Lease
    released_ms: int
    """When the planner released it (epoch ms by its clock)."""
