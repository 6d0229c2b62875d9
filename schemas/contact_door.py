"""The door of contacts and contact-changes, which tracker and planner both read.

Both judge a record alike, whatever their state holds and whenever they read it: the tracker alone writes the dead
letter of what is refused (`stream.planner.people`), so what the planner refused and the tracker let in would be lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from schemas.bounds import clock_of
from schemas.contact import Profile, read_contact
from schemas.contact_change import ContactChange, read_change
from schemas.limits import DEFAULTS, Limits
from schemas.partition_check import PartitionCheck
from schemas.record import Record
from schemas.rejection import Rejection

ReadProfile = Profile | Rejection | None
"""As `schemas.contact.read_contact` gives it: None is a tombstone."""
Change = ContactChange | Rejection
Read = TypeVar("Read")


class ContactDoor:
    """Judges the records of one partition. Keeps nothing between calls; `now_ms` is the worker's clock (epoch ms)."""

    def __init__(self, check: PartitionCheck, limits: Limits = DEFAULTS) -> None:
        self._check = check
        self._limits = limits

    def profiles(self, records: Sequence[Record], now_ms: int) -> list[ReadProfile]:
        """Return, for each record of contacts, its profile, None for a tombstone, or why it is refused."""
        return self._placed(records, [read_contact(each, self._limits, now_ms=now_ms) for each in records])

    def changes(self, records: Sequence[Record], now_ms: int) -> list[Change]:
        """Return, for each record of contact-changes, its change or why it is refused."""
        return self._placed(records, [read_change(each, clock_of(each, now_ms), self._limits) for each in records])

    def _placed(self, records: Sequence[Record], read: list[Read | Rejection]) -> list[Read | Rejection]:
        """Refuse what lies in the wrong partition too; every key is looked at: reading a profile costs far more."""
        misplaced = self._check.misplaced({key for record in records if (key := record.key())})
        if not misplaced:
            return read
        return [
            each if isinstance(each, Rejection) else misplaced.get(record.key() or b"", each)
            for record, each in zip(records, read, strict=True)
        ]
