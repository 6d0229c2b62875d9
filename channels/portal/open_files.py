"""How many connections the limit on open files leaves room for."""

from __future__ import annotations

import resource

RESERVE = 256
"""Files of the process beside its connections: brokers, pipes, fonts, modules."""


def room_for(connections: int) -> int:
    """Raise this process's soft limit on open files as far as it must and may be; return how many connections fit.

    Beyond the limit a new connection cannot even be refused: it waits unaccepted, whoever it is of.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + RESERVE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else max(1, min(connections, soft - RESERVE))
