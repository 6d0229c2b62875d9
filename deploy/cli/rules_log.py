"""The log of rules, read to its end."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from deploy.cli.topic_records import TopicRecords
from schemas.topics import MILESTONE_RULES

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from schemas.rules import RulesLog
    from stream.runtime.settings import Settings


def read_rules(clients: Clients, settings: Settings) -> RulesLog:
    """Every version of the milestones that was ever in force; records that lost against another apply are passed over.

    Raises:
        CairnError: exit 3 when the topic is missing, 4 when it cannot be read.
    """
    from schemas.rules import RulesLog

    log = RulesLog()
    with closing(TopicRecords(clients, settings.prefixed(MILESTONE_RULES))) as topic:
        for record in topic.read(topic.spans()):
            log.take(record.value())
    return log
