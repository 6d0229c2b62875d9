"""The rules that were applied, read from their topic."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deploy.cli.topic_records import TopicRecords
from schemas.errors import CairnError
from schemas.rules import NewerRulesError, RulesLog, RulesVersion
from schemas.topics import MILESTONE_RULES
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from deploy.cli.topic_records import Span
    from stream.runtime.settings import Settings


@dataclass(frozen=True)
class ReadRules:
    """The topic as it was read: `log`, and by offset why a record does not count."""

    log: RulesLog
    refused: dict[int, str]


def read_rules(clients: Clients, settings: Settings) -> RulesLog:
    """Return every version of the rules that the topic milestone-rules holds now.

    Raises:
        CairnError: exit 3 when the topic is missing, has lost records or more than one partition, or holds a version
            that only a newer release can read; exit 4 when reading fails.
    """
    return read_all(clients, settings).log


def rules_in_force(clients: Clients, settings: Settings) -> RulesVersion:
    """Return the newest version of the rules. Raises `CairnError` as `read_rules`, and (exit 3) when there is none."""
    found = read_rules(clients, settings).in_force
    if found is None:
        raise CairnError(
            "no milestones are in force",
            where=f"topic {settings.prefixed(MILESTONE_RULES)} at {clients.address}, which is empty",
            fix="`cairn milestones apply` puts the milestones file into force",
            exit=Exit.DRIFT,
        )
    return found


def read_all(clients: Clients, settings: Settings) -> ReadRules:
    """Return the whole topic. Raises `CairnError` as `read_rules`."""
    topic = settings.prefixed(MILESTONE_RULES)
    log, refused = RulesLog(), dict[int, str]()
    with closing(TopicRecords(clients, topic)) as records:
        spans = records.spans()
        _check(topic, spans)
        for record in records.read(spans):
            try:
                reason = log.take(record.value())
            except NewerRulesError as error:
                raise _newer(topic, record.offset(), error) from error
            if reason is not None:
                refused[record.offset()] = reason
    return ReadRules(log, refused)


def _check(topic: str, spans: dict[int, Span]) -> None:
    if len(spans) != 1:
        raise CairnError(
            f"the topic of the rules has {len(spans)} partitions, so its versions have no order",
            where=f"topic {topic}",
            fix="delete it, then `cairn topics apply` and `cairn milestones apply`",
            exit=Exit.DRIFT,
        )
    # Its first version is gone, so none of the others would count, and numbers could be given twice.
    if spans[0].low > 0:
        raise CairnError(
            f"the first {spans[0].low:,} records of the rules were deleted",
            where=f"topic {topic}",
            fix="restore the topic from a backup; `cairn topics apply` sets its retention to for ever",
            exit=Exit.DRIFT,
        )


def _newer(topic: str, offset: int, error: NewerRulesError) -> CairnError:
    return CairnError(
        str(error),
        where=f"topic {topic}, offset {offset}",
        fix="upgrade this cairn to the release that applied it",
        exit=Exit.DRIFT,
    )
