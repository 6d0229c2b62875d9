"""What a sender raised, as the end of that delivery."""

from __future__ import annotations

import traceback
from typing import Any

import structlog

from channels.dispatch.lease import Ending
from schemas.delivery import Delivery

log = structlog.get_logger(__name__)


def fault_of(error: Exception, delivery: Delivery) -> Ending:
    """What a sender raised is a fault of ours. Its text may hold an address, so the log has the frames alone."""
    frames: list[Any] = traceback.format_tb(error.__traceback__)
    log.error("sender_broke", delivery=delivery.id, error=type(error).__name__, frames="".join(frames))
    return Ending(outcome="dead_lettered", code="internal_error", detail=f"{type(error).__name__} in the sender")
