"""One version on its way into the topic of the rules, and whether it came first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deploy.cli.rules_log import read_all
from deploy.cli.topic_records import missing
from schemas.errors import CairnError
from schemas.topics import MILESTONE_RULES
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from schemas.rules import RulesVersion
    from stream.runtime.settings import Settings

_ACKNOWLEDGED_WITHIN = 30.0


def put_into_force(clients: Clients, settings: Settings, version: RulesVersion) -> RulesVersion:
    """Write `version` and return the version in force behind it: `version`, or one that came first and says the same.

    Raises:
        CairnError: exit 3 when another apply came first with something else, 4 when the brokers did not take it.
    """
    offset = _written(clients, settings, version)
    read = read_all(clients, settings)
    newest = read.log.in_force
    assert newest is not None  # noqa: S101 - a record is refused only where another version is in force
    if offset not in read.refused:
        return version
    if newest.adoption.digest == version.adoption.digest:
        # Two deployments of one file: both have what they want.
        return newest
    by = f", applied by {newest.applied_by}" if newest.applied_by else ""
    raise CairnError(
        f"another apply came first: version {newest.version} is in force{by}; nothing of this file is",
        where=f"topic {settings.prefixed(MILESTONE_RULES)} at {clients.address}",
        fix="`cairn milestones diff` shows this file against what is in force now; then apply again",
        exit=Exit.DRIFT,
    )


def _written(clients: Clients, settings: Settings, version: RulesVersion) -> int:
    topic = settings.prefixed(MILESTONE_RULES)
    # A topic that is made by writing to it would have the wrong settings.
    if topic not in clients.cluster.topics:
        raise missing(topic, clients.address)
    offsets: list[int] = []
    faults: list[str] = []

    def delivered(error: Any, message: Any) -> None:
        if error is None:
            offsets.append(message.offset())
        else:
            faults.append(error.str())

    producer = clients.producer()
    producer.produce(topic, version.encode(), partition=0, on_delivery=delivered)
    producer.flush(_ACKNOWLEDGED_WITHIN)
    if offsets:
        return offsets[0]
    why = faults[0] if faults else f"it was not acknowledged within {_ACKNOWLEDGED_WITHIN:.0f} s"
    raise CairnError(
        f"version {version.version} was not written for certain: {why}",
        where=f"topic {topic} at {clients.address}",
        fix="`cairn milestones show` tells whether it is in force; if not, `cairn doctor`, then apply again",
        exit=Exit.CANNOT_CONNECT,
    )
