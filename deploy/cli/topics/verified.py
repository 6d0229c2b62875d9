"""The topics as they must be before anything is run on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.cli.invocation import Invocation
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from stream.runtime.settings import Settings


def verify_topics(invocation: Invocation, settings: Settings) -> None:
    """Raise `CairnError` (exit 3) with the first difference between the topics and what they should be."""
    from deploy.cli.topic_admin import TopicAdmin
    from deploy.cli.topics.wanted import found_differences

    _, found = found_differences(settings, TopicAdmin(invocation.clients(settings)))
    if not found:
        return
    first, more = found[0], len(found) - 1
    also = f" (and {more} more)" if more else ""
    raise CairnError(
        f"the topics are not as they should be: {first.topic}: {first.what} {first.now}, wanted {first.wanted}{also}",
        where=f"brokers {settings.kafka.bootstrap_servers}",
        fix=next((each.fix for each in found if each.fix), None)
        or "`cairn topics plan` shows all of it, `cairn topics apply` mends it",
        exit=Exit.DRIFT,
    )
