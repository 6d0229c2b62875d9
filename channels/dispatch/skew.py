"""How far the clock of this machine is from that of whoever wrote a record, as far as it is certain. Pure.

A planner whose clock is ten minutes behind writes leases that are over when they come. Seen from here they look as
after a long downtime, unless it is known that the record has just been written.
"""

from __future__ import annotations

TRANSIT = 90.0
"""Seconds that a record may need from its timestamp to us: a transaction open for its longest, the brokers' look for
such, and a connection that died without a word."""
AHEAD = 5.0
"""Seconds by which clocks may differ without anybody being told."""


def skew_of(written_ms: int, now_ms: int, within: float | None) -> float | None:
    """Return the seconds by which this clock is ahead of the writer's; negative: behind; 0.0: none to speak of.

    `written_ms` is the record's timestamp by the writer's clock, `now_ms` is ours (epoch ms); `within`: the record was
    written so many seconds ago at most, None: nobody knows. None: nothing is certain.
    """
    age = (now_ms - written_ms) / 1000
    if age < -AHEAD:
        return age  # from the future: no delay explains that
    if within is None:
        return None
    return age - within if age > within + TRANSIT else 0.0
