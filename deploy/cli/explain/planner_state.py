"""What the planner knows of one contact, read from its changelog while the workers go on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from deploy.cli.contact_state import decoded_row
from deploy.cli.topic_records import TopicRecords
from schemas.partitioner import partition_of
from stream.core.celebration.person import PersonRow, new_person
from stream.core.celebration.subject import Subject, decode_subject
from stream.core.erased import Erased, ErasureHash
from stream.planner.kept import subject_key
from stream.planner.topology import ERASED_TABLE, PEOPLE_TABLE, PROFILES_TABLE, SUBJECTS_TABLE, planner_topology

if TYPE_CHECKING:
    from deploy.cli.clients import Clients
    from schemas.contact import Contact
    from stream.runtime.settings import Settings


@dataclass(frozen=True)
class PlannerState:
    """`row` is empty for a contact of whom the planner knows nothing, `profile` None without one.

    `subjects` are the crossings and nudges that wait, by their id.
    """

    row: PersonRow
    profile: Contact | None
    subjects: Mapping[str, Subject]
    erased: Erased | None = None


def read_planner(clients: Clients, settings: Settings, contact_id: str) -> PlannerState:
    """Read the contact's partition of the planner's changelog, to where it ends now.

    Raises:
        CairnError: exit 3 for a topic that is missing or a row format of a newer release, 4 when reading fails.
    """
    topology = planner_topology(settings.topics.prefix, settings.planner.app_id)
    key = contact_id.encode()
    mark_key = ErasureHash(settings.planner.erasure_secret).of(key)
    person, profile = PEOPLE_TABLE.prefix_bytes + key, PROFILES_TABLE.prefix_bytes + key
    mark, subjects = ERASED_TABLE.prefix_bytes + mark_key, SUBJECTS_TABLE.prefix_bytes + subject_key(key, "")
    last: dict[bytes, bytes | None] = {}
    with closing(TopicRecords(clients, topology.changelog)) as changelog:
        # The high watermark: what a worker has sent but not committed yet is waited for.
        spans = changelog.spans(uncommitted=True)
        partition = partition_of(key, len(spans))
        for record in changelog.read({partition: spans[partition]}):
            found = record.key() or b""
            if found in (person, profile, mark) or found.startswith(subjects):
                last[found] = record.value()
    row = decoded_row(PEOPLE_TABLE, last.get(person), topology) or new_person()
    waiting = {
        each.id: _subject(decoded_row(SUBJECTS_TABLE, last.get(subjects + each.id.encode()), topology), each.is_nudge)
        for each in row.waiting
    }
    return PlannerState(
        row,
        decoded_row(PROFILES_TABLE, last.get(profile), topology),
        {name: subject for name, subject in waiting.items() if subject is not None},
        decoded_row(ERASED_TABLE, last.get(mark), topology),
    )


def _subject(value: bytes | None, is_nudge: bool) -> Subject | None:
    """The record that waits; None where it cannot be read, and then nothing can be said of its wait."""
    if value is None:
        return None
    try:
        return decode_subject(value, is_nudge=is_nudge)
    except msgspec.DecodeError:
        return None
