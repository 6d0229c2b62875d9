"""All that Kafka holds of one contact, read while the workers go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec

from deploy.cli.contact_state import ContactState, read_contact
from deploy.cli.dlq.letter import letter_of
from deploy.cli.explain.event_glance import EventName, glance, imported
from deploy.cli.explain.handed_out import HandedOut
from deploy.cli.explain.planner_state import PlannerState, read_planner
from deploy.cli.rules_log import read_rules
from deploy.cli.topic_records import TopicRecords
from schemas.channel import CHANNELS, Channel
from schemas.contact_change import ContactChange, read_change
from schemas.decision import Decision, decode_decision
from schemas.delivery import decode_delivery
from schemas.door import Door
from schemas.milestone_nudge import MilestoneNudge, decode_nudge
from schemas.moment import parse_rfc3339
from schemas.receipt import Receipt, decode_receipt
from schemas.topics import (
    CELEBRATION_DECISIONS,
    CONTACT_CHANGES,
    CONTACTS,
    DEAD_LETTERS,
    DELIVERIES,
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
reading. Of a partition with 1,000 events a minute they are the last 100 minutes. Of other partitions as many."""


@dataclass(frozen=True)
class Letters:
    """Dead letters of the contact in one topic, by code."""

    topic: str
    by_code: Mapping[str, int]


@dataclass(frozen=True)
class Misplaced:
    """Records of the contact in a partition where nobody looks for them; `offset` is the last one's."""

    topic: str
    partition: int
    records: int
    offset: int


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
    misplaced: list[Misplaced]
    """Looked for where nothing was found in the right partition."""
    handed_out: Sequence[HandedOut] = ()
    """Of the channels on which several milestones were told in one message."""

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
            or self.misplaced
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
    reading = ContactRecords(clients, settings, contact_id.encode())
    tracker = read_contact(clients, settings, contact_id)
    log = read_rules(clients, settings)
    versions = {each.version: each.document for each in log.versions}
    document = versions.get(tracker.adoption.version) if tracker.adoption else None
    if document is None and log.in_force is not None:
        document = log.in_force.document
    planner = read_planner(clients, settings, contact_id)
    decisions = reading.decisions()
    bundled = {each.channel for each in decisions if each.bundled_with is not None}
    events = glance(reading.events(now_ms), document, imported(tracker.row, tracker.adoption))
    changes = reading.all(CONTACT_CHANGES, lambda record: _change(record, now_ms))
    not_found = {
        USAGE_EVENTS: tracker.row is None and not events,
        CONTACTS: planner.profile is None,
        CONTACT_CHANGES: not changes,
    }
    return Facts(
        contact_id=contact_id,
        tracker=tracker,
        planner=planner,
        rules=log.in_force,
        counted_by=document,
        events=events,
        nudges=reading.all(MILESTONE_NUDGES, lambda record: _dated(decode_nudge(record.value() or b""))),
        changes=changes,
        decisions=decisions,
        receipts=reading.receipts(),
        letters=[found for topic in DEAD_LETTERS.values() if (found := reading.letters(topic)).by_code],
        misplaced=[found for topic, lacking in not_found.items() if lacking for found in reading.elsewhere(topic)],
        handed_out=[each for channel in CHANNELS if channel in bundled for each in reading.handed_out(channel)],
    )


Found = TypeVar("Found")


class ContactRecords:
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

    def decisions(self) -> list[Decision]:
        """What was decided of its celebrations, oldest first."""
        return self.all(CELEBRATION_DECISIONS, lambda record: _dated(decode_decision(record.value() or b"")))

    def receipts(self) -> list[Receipt]:
        """What became of its deliveries, oldest first."""
        return self.all(DELIVERY_RECEIPTS, lambda record: _dated(decode_receipt(record.value() or b"")))

    def handed_out(self, channel: Channel) -> list[HandedOut]:
        """What its deliveries on a channel tell, oldest first, as far back as they are kept."""
        return self.all(DELIVERIES[channel], lambda record: HandedOut.of(decode_delivery(record.value() or b"")))

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

    def elsewhere(self, name: str) -> list[Misplaced]:
        """Its records among the newest of each partition that is not its own."""
        found: dict[int, Misplaced] = {}
        with closing(TopicRecords(self._clients, self._settings.prefixed(name))) as records:
            for record in records.elsewhere(self._key, EVENTS_READ):
                partition, known = record.partition(), found.get(record.partition())
                found[partition] = Misplaced(name, partition, known.records + 1 if known else 1, record.offset())
        return [found[partition] for partition in sorted(found)]

    def _records(self, name: str, newest: int | None = None) -> Iterator[Record]:
        with closing(TopicRecords(self._clients, self._settings.prefixed(name))) as records:
            yield from records.of(self._key, newest)


def _change(record: Record, now_ms: int) -> ContactChange | None:
    found = read_change(record, now_ms)
    return found if isinstance(found, ContactChange) else None


Dated = TypeVar("Dated", MilestoneNudge, Decision, Receipt)
_MOMENTS = ("occurred_at", "detected_at", "decided_at", "at", "until")


def _dated(record: Dated) -> Dated:
    """The record, if its moments are some: to its type they are texts, and others may write to the topic.

    Raises:
        msgspec.ValidationError: one of them is none.
    """
    for name in _MOMENTS:
        if (text := getattr(record, name, None)) is not None:
            parse_rfc3339(text)
    return record
