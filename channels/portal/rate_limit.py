"""A token bucket for each client, in bounded memory. Pure: the time is an argument."""

from __future__ import annotations

from collections import OrderedDict


class RateLimit:
    """Admits `burst` requests at once and `per_second` from then on, for each client by itself.

    At most `clients` buckets are kept; the one used longest ago goes first, and its client starts with a full one.
    """

    def __init__(self, per_second: float, burst: int, clients: int) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._clients = clients
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """What is left in a bucket, and when that was true."""

    def __len__(self) -> int:
        """How many buckets are kept."""
        return len(self._buckets)

    def seconds_to_wait(self, client: str, now: float) -> float:
        """Take one request of this client: 0.0 when it is admitted, else the seconds until one would be.

        `now` is in seconds of any clock; where it steps back no time has passed.
        """
        left, since = self._buckets.pop(client, (self._burst, now))
        left = min(self._burst, left + max(0.0, now - since) * self._per_second)
        admitted = left >= 1
        self._buckets[client] = (left - 1 if admitted else left, now)
        if len(self._buckets) > self._clients:
            self._buckets.popitem(last=False)
        return 0.0 if admitted else (1 - left) / self._per_second
