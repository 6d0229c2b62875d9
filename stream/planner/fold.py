"""The planner on one partition: which input or timer goes to which part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from schemas.contact_door import ContactDoor
from schemas.partition_check import PartitionCheck
from schemas.record import Record
from stream.core.celebration.manner import Manners
from stream.core.erased import ErasureHash
from stream.engine.processor import SimpleFold
from stream.engine.view import View
from stream.planner.erasures import Erasures
from stream.planner.people import People
from stream.planner.receipts import Receipts, read_receipt
from stream.planner.release import Release
from stream.planner.subjects import Subjects, read_subjects
from stream.planner.topology import Names


class PlannerFold(SimpleFold):
    """Decides under the rules that are in force when it looks: `manners` gives them."""

    def __init__(
        self, names: Names, manners: Callable[[], Manners], erasure_hash: ErasureHash, check: PartitionCheck
    ) -> None:
        self._names = names
        self._manners = manners
        self._check = check
        self._contact_door = ContactDoor(check)
        self._erasures = Erasures(erasure_hash)
        self._people = People(self._erasures)

    def begin(self, view: View, now_ms: int) -> None:
        """Look whether anybody is erased. Rules are not adopted: the newest that were read decide."""
        self._erasures.begin(view)

    def decode(self, topic: str, records: Sequence[Record], now_ms: int) -> Any:
        """Read the records of one input."""
        if topic == self._names.contacts:
            return self._contact_door.profiles(records, now_ms)
        if topic == self._names.changes:
            return self._contact_door.changes(records, now_ms)
        if topic == self._names.receipts:
            return [read_receipt(record) for record in records]
        return read_subjects(records, nudges=topic == self._names.nudges)

    def fold(self, topic: str, records: Sequence[Record], decoded: Any, view: View, now_ms: int) -> None:
        """Take records in; nothing is released here."""
        if topic == self._names.contacts:
            self._people.take_profiles(records, decoded, view, now_ms)
        elif topic == self._names.changes:
            self._people.take_changes(records, decoded, view, now_ms)
        elif topic == self._names.receipts:
            Receipts(self._names.changes, self._check).take(records, decoded, view, now_ms)
        else:
            Subjects(self._release, self._erasures, self._check).take(records, decoded, view, now_ms)

    def fire(self, timer: str, key: bytes, due_ms: int, view: View, now_ms: int) -> None:
        """Decide what is due of a contact."""
        self._release.fire([(key, due_ms)], view, now_ms)

    def fire_together(self, timer: str, dues: Sequence[tuple[bytes, int]], view: View, now_ms: int) -> None:
        """Decide what is due of contacts, none of them twice."""
        self._release.fire(dues, view, now_ms)

    @property
    def _release(self) -> Release:
        return Release(self._names, self._manners())
