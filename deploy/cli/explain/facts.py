"""All that Kafka holds of one contact, read while the workers go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec

from deploy.cli.contact_state import ContactState, read_contact
from deploy.cli.dlq.letter import letter_of
from deploy.cli.explain.event_glance import EventName, glance
from deploy.cli.explain.planner_state import PlannerState, read_planner
from deploy.cli.rules_log import read_rules
from deploy.cli.topic_records import TopicRecords
from schemas.contact_change import ContactChange, read_change
from schemas.decision import Decision, decode_decision
from schemas.door import Door
from schemas.milestone_nudge import MilestoneNudge, decode_nudge
from schemas.receipt import Receipt, decode_receipt
from schemas.topics import (
    CELEBRATION_DECISIONS,
    CONTACT_CHANGES,
    DEAD_LETTERS,
    DELIVERY_RECEIPTS,
    MILESTONE_NUDGES,
    USAGE_EVENTS,
)
from schemas.usage_event import UsageEvent

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from schemas.milestones.document import Document
    from schemas.record import Record
    from schemas.rules import RulesVersion
    from stream.runtime.settings import Settings

EVENTS_READ = 100_000
"""Usage events of the contact's partition that are looked at, the newest: they are of all contacts, and half a second's
reading. Of a partition with 1,000 events a minute they are the last 100 minutes."""


@dataclass(frozen=True)
class Letters:
    """Dead letters of the contact in one topic, by code."""

    topic: str
    by_code: Mapping[str, int]


@dataclass(frozen=True)
class Facts:
    """Everything that was read, in the order of the topics. `rules` are the newest that were applied, None before."""

    contact_id: str
    tracker: ContactState
    planner: PlannerState
    rules: RulesVersion | None
    counted_by: Document | None
    """The file by which the tracker counts this contact; None if it was never counted."""
    events: list[EventName]
    nudges: list[MilestoneNudge]
    changes: list[ContactChange]
    decisions: list[Decision]
    receipts: list[Receipt]
    letters: list[Letters]

    @property
    def known(self) -> bool:
        """Whether anything at all is known of the contact."""
        return bool(
            self.tracker.row
            or self.tracker.erased
            or self.planner.profile
            or self.events
            or self.changes
            or self.decisions
            or self.letters
        )

    @property
    def erased_ms(self) -> int:
        """When it was erased last, epoch ms; 0: never. What came before belongs to a life that is over."""
        marks = (self.tracker.erased, self.planner.erased)
        return max((each.at_ms for each in marks if each is not None), default=0)


def read_facts(clients: Clients, settings: Settings, contact_id: str, now_ms: int) -> Facts:
    """Read each topic to where it ends now; `now_ms` is the clock that records are held against.

    Raises:
        CairnError: exit 3 for a topic that is missing or something that only a newer release reads, 4 when reading
            fails.
    """
    reading = _Reading(clients, settings, contact_id.encode())
    tracker = read_contact(clients, settings, contact_id)
    log = read_rules(clients, settings)
    versions = {each.version: each.document for each in log.versions}
    document = versions.get(tracker.adoption.version) if tracker.adoption else None
    if document is None and log.in_force is not None:
        document = log.in_force.document
    return Facts(
        contact_id=contact_id,
        tracker=tracker,
        planner=read_planner(clients, settings, contact_id),
        rules=log.in_force,
        counted_by=document,
        events=glance(reading.events(now_ms), document),
        nudges=reading.all(MILESTONE_NUDGES, lambda record: decode_nudge(record.value() or b"")),
        changes=reading.all(CONTACT_CHANGES, lambda record: _change(record, now_ms)),
        decisions=reading.all(CELEBRATION_DECISIONS, lambda record: decode_decision(record.value() or b"")),
        receipts=reading.all(DELIVERY_RECEIPTS, lambda record: decode_receipt(record.value() or b"")),
        letters=[found for topic in DEAD_LETTERS.values() if (found := reading.letters(topic)).by_code],
    )


Found = TypeVar("Found")


class _Reading:
    """Reads what belongs to one key."""

    def __init__(self, clients: Clients, settings: Settings, key: bytes) -> None:
        self._clients, self._settings, self._key = clients, settings, key

    def all(self, name: str, read: Callable[[Record], Found | None]) -> list[Found]:
        """The contact's records of a topic, oldest first; one that cannot be read was written by somebody else."""
        found = []
        for record in self._records(name):
            try:
                each = read(record)
            except msgspec.DecodeError:
                continue
            if each is not None:
                found.append(each)
        return found

    def events(self, now_ms: int) -> Iterator[UsageEvent]:
        """Its usage events among the newest of its partition, as the tracker lets them in."""
        for verdict in Door(self._settings.tracker.door_limits).admit(
            [*self._records(USAGE_EVENTS, EVENTS_READ)], now_ms
        ):
            if isinstance(verdict, UsageEvent):
                yield verdict

    def letters(self, name: str) -> Letters:
        """Its dead letters, wherever they lie: a record in the wrong partition is put aside in that one."""
        by_code: Counter[str] = Counter()
        with closing(TopicRecords(self._clients, self._settings.prefixed(name))) as records:
            for record in records.read(records.spans()):
                if record.key() == self._key:
                    by_code[letter_of(record).code] += 1
        return Letters(name, dict(by_code.most_common()))

    def _records(self, name: str, newest: int | None = None) -> Iterator[Record]:
        with closing(TopicRecords(self._clients, self._settings.prefixed(name))) as records:
            yield from records.of(self._key, newest)


def _change(record: Record, now_ms: int) -> ContactChange | None:
    found = read_change(record, now_ms)
    return found if isinstance(found, ContactChange) else None
