"""How many messages one provider gets. Pure: the time is an argument."""

from __future__ import annotations

BURST_SECONDS = 0.1
"""What may be sent at once after a silence: a tenth of a second's worth, so that no second gets over 1.1 x the rate."""


class TokenBucket:
    """Lets `rate` messages per second through; None: any number."""

    def __init__(self, rate: float | None, now: float) -> None:
        self._rate = rate
        self._size = max(1.0, (rate or 0.0) * BURST_SECONDS)
        self._left, self._since = self._size, now

    def wait(self, now: float) -> float:
        """Seconds until a message may go; 0.0: now. Where `now` steps back no time has passed."""
        if self._rate is None:
            return 0.0
        self._fill(self._rate, now)
        # A hair less than one is what rounding leaves of a whole one: without it the last wait would be endless.
        return 0.0 if self._left >= 1 - _HAIR else (1 - self._left) / self._rate

    def take(self) -> None:
        """One message goes; `wait` has said 0.0."""
        self._left -= 1

    def is_full(self, now: float) -> bool:
        """Whether a new bucket would be the same."""
        if self._rate is None:
            return True
        self._fill(self._rate, now)
        return self._left >= self._size

    def _fill(self, rate: float, now: float) -> None:
        self._left = min(self._size, self._left + max(0.0, now - self._since) * rate)
        self._since = now


_HAIR = 1e-9
