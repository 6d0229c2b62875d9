"""The topics as they must be before anything is run on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.cli.invocation import Invocation
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.role import Role
    from stream.runtime.settings import Settings


def verify_topics(invocation: Invocation, settings: Settings, role: Role) -> None:
    """Raise `CairnError` (exit 3) with the first fault of the topics that the role reads and writes."""
    from deploy.cli.topic_admin import TopicAdmin
    from deploy.cli.topics.report import cure_of, foremost
    from deploy.cli.topics.wanted import found_differences

    name = role.replace("_", "-")
    _, different = found_differences(settings, TopicAdmin(invocation.clients(settings)), (name,))
    found = [each for each in different if each.fault]
    if not found:
        return
    first, more = foremost(found), len(found) - 1
    also = f" (and {more} more)" if more else ""
    raise CairnError(
        f"the topics are not as they should be: {first.topic}: {first.what} {first.now}, wanted {first.wanted}{also}",
        where=f"brokers {settings.kafka.bootstrap_servers}",
        fix=cure_of(found, (name,)),
        exit=Exit.DRIFT,
    )
