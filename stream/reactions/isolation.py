"""The one thing that a reaction may never do: read what a transaction has not committed."""

from __future__ import annotations

from typing import Any

from schemas.errors import CairnError
from stream.runtime.exits import Exit

READ_COMMITTED = "read_committed"


def check_isolation(client: Any) -> None:
    """Look at the running client itself, for what was asked of it is not what it does.

    Raises:
        CairnError: it would hand out records of aborted transactions, as after an update of Faust or aiokafka that
            passes our wish by.
    """
    from aiokafka.consumer import fetcher

    asked = getattr(client, "_isolation_level", None)
    doing = getattr(getattr(client, "_fetcher", None), "_isolation_level", None)
    if asked == READ_COMMITTED and doing is not None and doing == fetcher.READ_COMMITTED:
        return
    raise CairnError(
        f"the Kafka client would read uncommitted records: its isolation level is {asked!r}, its fetcher's {doing!r}",
        "the installed faust-streaming and aiokafka",
        "install the versions of requirements.lock; with others, records of aborted transactions would be reacted to",
        exit=Exit.USAGE,
    )
