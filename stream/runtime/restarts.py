"""When to start a dead worker again: at once, unless it keeps dying young."""

from dataclasses import dataclass

from stream.runtime.backoff import doubled

_YOUNG_SECONDS = 5.0
"""A worker that lived longer did its work for a while; its death is news, not a habit."""
_FIRST_DELAY = 0.5
_LONGEST_DELAY = 30.0


@dataclass(slots=True)
class Restarts:
    """The habit of one worker. Pure: times are arguments."""

    young_deaths: int = 0

    def delay(self, lived: float) -> float:
        """Seconds to wait after a process that lived `lived` seconds: 0, 0.5, 1, 2, 4 ... 30 for deaths in
        a row."""
        if lived >= _YOUNG_SECONDS:
            self.young_deaths = 0
            return 0.0
        self.young_deaths += 1
        if self.young_deaths == 1:
            return 0.0
        return doubled(_FIRST_DELAY, self.young_deaths - 1, _LONGEST_DELAY)
