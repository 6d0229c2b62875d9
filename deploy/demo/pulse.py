"""Rates from totals that are looked at now and then."""

from __future__ import annotations

from collections import deque

_WINDOW_S = 2.5
"""Over which a rate is taken: steady enough to read, quick enough to see a worker die."""
_KEPT = 60


class Pulse:
    """The rate of one growing total."""

    def __init__(self) -> None:
        self.rate = 0.0
        self.history: deque[float] = deque(maxlen=_KEPT)
        self._looks: deque[tuple[float, int]] = deque()

    def look(self, now: float, total: int) -> None:
        """The total is so much at `now` (seconds)."""
        self._looks.append((now, total))
        while len(self._looks) > 2 and now - self._looks[1][0] >= _WINDOW_S:
            self._looks.popleft()
        began, first = self._looks[0]
        self.rate = max(total - first, 0) / (now - began) if now > began else 0.0
        if len(self._looks) > 1:
            before, last = self._looks[-2]
            self.history.append(max(total - last, 0) / (now - before) if now > before else 0.0)


_BARS = "▁▂▃▄▅▆▇█"


def bars(rates: list[float]) -> str:
    """The rates as one row of blocks, the highest a whole one."""
    top = max(rates, default=0.0)
    if top <= 0:
        return _BARS[0] * len(rates)
    return "".join(_BARS[min(int(rate / top * (len(_BARS) - 1) + 0.5), len(_BARS) - 1)] for rate in rates)
