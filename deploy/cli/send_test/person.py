"""A contact as the planner knows it: the last profile, and what was said about messages since."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deploy.cli.topic_records import TopicRecords
from schemas.contact import Contact, read_contact
from schemas.contact_change import read_change
from schemas.errors import CairnError
from schemas.reject_codes import CODES
from schemas.rejection import Rejection
from schemas.topics import CONTACT_CHANGES, CONTACTS
from stream.core.celebration.standing import Standing
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.cli.clients import Clients
    from schemas.record import Record
    from stream.runtime.settings import Settings


@dataclass(frozen=True)
class Person:
    """Who is written to, and what holds against it."""

    contact: Contact
    standing: Standing


def read_person(clients: Clients, settings: Settings, contact_id: str, now_ms: int) -> Person:
    """Read the contact's partition of `contacts` and `contact-changes`, to where they end now.

    Raises:
        CairnError: exit 1 when there is no profile, a refused one, or it was erased; exit 3 for a missing topic, 4 when
            reading fails.
    """
    contacts = settings.prefixed(CONTACTS)
    profile: Contact | Rejection | None = None
    for record in _of(clients, contacts, contact_id):
        profile = read_contact(record, now_ms=now_ms)
    if profile is None:
        raise _unfit(f"there is no profile of contact {contact_id!r}", contacts, "write one, or check the id")
    if isinstance(profile, Rejection):
        what = f"the profile of contact {contact_id!r} is refused: {profile.message}"
        raise _unfit(what, contacts, CODES[profile.code].cure)
    standing, erased_ms = Standing(), -1
    for record in _of(clients, settings.prefixed(CONTACT_CHANGES), contact_id):
        change = read_change(record, now_ms)
        if isinstance(change, Rejection):
            continue
        if change.change == "erase":
            standing, erased_ms = Standing(), max(erased_ms, change.at_ms)
        else:
            standing.take(change)
    if (profile.signed_up_ms or 0) <= erased_ms:
        what = f"contact {contact_id!r} was erased, and its profile does not say that it signed up anew"
        raise _unfit(what, contacts, "a later signed_up_at in the profile begins its next life")
    return Person(profile, standing)


def _of(clients: Clients, topic: str, contact_id: str) -> Iterator[Record]:
    with closing(TopicRecords(clients, topic)) as records:
        yield from records.of(contact_id.encode())


def _unfit(what: str, topic: str, fix: str) -> CairnError:
    return CairnError(what, where=f"topic {topic}", fix=fix, exit=Exit.FINDINGS)
