"""How long things are waited for; all in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass

_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Each a setting of the planner."""

    grace_ms: int = 15 * _MINUTE_MS
    """How long a contact who is unknown, or not reachable yet, is waited for: sign-up and first event race."""
    spread_ms: int = 15 * _MINUTE_MS
    """Within how long after an opening those go out that waited for it."""
    lease_ms: int = 5 * _MINUTE_MS
    """From a release to the last try of a dispatcher: after it consent is asked again."""
    give_up_ms: int = 7 * 24 * 60 * _MINUTE_MS
    """From the first release to the end of all attempts, where staleness does not end them before. No longer than
    deliveries are kept (7 days): a delivery without any receipt is gone from its topic then.
    """
