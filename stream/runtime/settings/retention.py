"""How long topics keep their records: one setting for each row of the topic table's retentions."""

from typing import Any

from pydantic import Field

from schemas.topics import RETENTIONS
from stream.runtime.quantities import FOR_EVER, Retained, show_seconds
from stream.runtime.settings.section import Section


def _setting(name: str) -> Any:
    kept = RETENTIONS[name]
    default = "for ever" if kept.ms == FOR_EVER else show_seconds(kept.ms / 1000)
    return Field(
        default=None,
        description=f"How long {kept.holds} are kept, -1 for ever; unset: {default}, or longer if the topic does.",
    )


class Retention(Section):
    """How long topics keep their records; unset is a least, a value is what `cairn topics apply` sets."""

    usage_events: Retained = _setting("usage_events")
    crossings: Retained = _setting("crossings")
    nudges: Retained = _setting("nudges")
    decisions: Retained = _setting("decisions")
    deliveries: Retained = _setting("deliveries")
    receipts: Retained = _setting("receipts")
    reactions: Retained = _setting("reactions")
    dlq: Retained = _setting("dlq")
    deliveries_dlq: Retained = _setting("deliveries_dlq")

    def ms(self, name: str) -> int | None:
        """What the user asks for under a name of `schemas.topics.RETENTIONS`, in milliseconds; None: nothing."""
        seconds: float | None = getattr(self, name)
        if seconds is None or seconds == FOR_EVER:
            return None if seconds is None else FOR_EVER
        return round(seconds * 1000)
