"""Reads one contact file: the fields of a `contacts` record, and what lies behind the contact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from deploy.preview.fault import Fault
from deploy.preview.person import Person
from schemas.contact import Contact, Profile, read_contact
from schemas.delivery import Reached
from schemas.milestones.problem import Path
from schemas.milestones.spelling import listed, nearest
from schemas.milestones.tree import Tree, read_tree
from schemas.reject_codes import CODES

_OWN = ("about", "also", "history", "numbers")
_FIELDS = (*Contact.__struct_fields__, *_OWN)
_PAST = ("milestone", "day", "value", "occurrence", "unit")
_MOST_PAST = 1000


def read_person(text: str, file: str, name: str) -> Person | list[Fault]:
    """Read the text of a contact file, YAML or JSON.

    Args:
        text: its text.
        file: its path, for faults.
        name: the file's name without its suffix; the contact's id where the text names none.

    Returns the person, or every fault by file and line. Never raises for anything in the text.
    """
    tree = read_tree(text, file)
    if tree.problems:
        return [Fault(each.where, each.message, each.hint) for each in tree.problems]
    reading = _Reading(tree, file, name)
    person = reading.person()
    return reading.faults if person is None or reading.faults else person


class _Reading:
    def __init__(self, tree: Tree, file: str, name: str) -> None:
        self.faults: list[Fault] = []
        self._tree, self._file, self._name = tree, file, name

    def person(self) -> Person | None:
        given = self._tree.plain
        if not isinstance(given, dict):
            self._fault((), "a contact is a mapping of fields", "write contact_id: c-1042, name: Ada and so on")
            return None
        for each in given:
            if each not in _FIELDS:
                known = nearest(each, _FIELDS) or f"there are {listed(_FIELDS, len(_FIELDS))}"
                self._fault((each,), f"a contact has no '{each}'", known)
        contact = self._contact(
            {"contact_id": self._name} | {k: v for k, v in given.items() if k in _FIELDS[: -len(_OWN)]}
        )
        about = given.get("about")
        if about is not None and not isinstance(about, str):
            self._fault(("about",), "'about' is a line of text", "put it in quotes")
        history = None if given.get("history") is None else tuple(self._milestones("history", given["history"]))
        also = () if given.get("also") is None else tuple(self._milestones("also", given["also"]))
        numbers = self._numbers(given.get("numbers"))
        if contact is None or self.faults:
            return None
        return Person(id=self._name, about=about or "", contact=contact, history=history, numbers=numbers, also=also)

    def _contact(self, given: dict[str, Any]) -> Contact | None:
        value = msgspec.json.Encoder(decimal_format="number").encode(given)
        found = read_contact(_Given(str(given["contact_id"]).encode(), value))
        if found is None or isinstance(found, Profile):
            faults = found.faults if found is not None else ()
        else:
            faults, found = (found,), None
        for each in faults:
            at = tuple(int(step) if step.isdecimal() else step for step in (each.pointer or "").split("/")[1:])
            self._fault(at, each.message, CODES[each.code].cure)
        return found

    def _numbers(self, given: Any) -> Mapping[str, int | Decimal]:
        if given is None:
            return {}
        if not isinstance(given, dict):
            self._fault(("numbers",), "'numbers' is a mapping of metrics", "write numbers: {documents: 990}")
            return {}
        for metric, value in given.items():
            if not _is_number(value):
                self._fault(("numbers", metric), f"the value of '{metric}' is no number", "write it as 1000 or 12.50")
        return given

    def _milestones(self, name: str, given: Any) -> Iterator[Reached]:
        if not isinstance(given, list) or len(given) > _MOST_PAST:
            self._fault(
                (name,), f"'{name}' is a list of at most {_MOST_PAST:,} milestones", f"write {name}: [] for none"
            )
            return
        for place, each in enumerate(given):
            found = self._reached((name, place), each)
            if found is not None:
                yield found

    def _reached(self, at: Path, given: Any) -> Reached | None:
        before = len(self.faults)
        if not isinstance(given, dict):
            self._fault(
                at,
                "a milestone of the past is a mapping",
                "write {milestone: documents-100, value: 100, day: 2026-01-17}",
            )
            return None
        for each in given:
            if each not in _PAST:
                self._fault(
                    (*at, each),
                    f"a milestone of the past has no '{each}'",
                    nearest(each, _PAST) or f"there are {listed(_PAST)}",
                )
        milestone, value, occurrence = given.get("milestone"), given.get("value", 1), given.get("occurrence", 1)
        unit = given.get("unit")
        if not isinstance(milestone, str) or not milestone:
            self._fault((*at, "milestone"), "'milestone' is missing", "name one by its id, such as documents-100")
        if not _is_number(value):
            self._fault((*at, "value"), "'value' is no number", "write it as 1000 or 12.50")
        if not isinstance(occurrence, int) or isinstance(occurrence, bool) or occurrence < 1:
            self._fault((*at, "occurrence"), "'occurrence' is a whole number from 1", "leave it out for the first")
        if unit is not None and not isinstance(unit, str):
            self._fault((*at, "unit"), "'unit' is a word", "write it as USD or documents")
        day = _day(given.get("day"))
        if day is None:
            self._fault((*at, "day"), "'day' is no day", "write it as 2026-01-17")
        if len(self.faults) > before or day is None or not isinstance(milestone, str):
            return None
        return Reached(
            milestone=milestone,
            occurrence=occurrence,
            value=value,
            unit=unit,
            # Noon, so that it is the same day in nearly every zone.
            occurred_at=f"{day.isoformat()}T12:00:00.000Z",
        )

    def _fault(self, at: Path, message: str, hint: str = "") -> None:
        while at and at not in self._tree.values and at not in self._tree.keys:
            at = at[:-1]
        position = self._tree.keys.get(at) or self._tree.values.get(at)
        where = f"{self._file}:{position.line}:{position.column}" if position else self._file
        self.faults.append(Fault(where, message, hint))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _day(given: Any) -> date | None:
    try:
        return date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None


@dataclass(frozen=True)
class _Given:
    """The file as the record that it stands for (`schemas.record.Record`)."""

    k: bytes
    v: bytes

    def key(self) -> bytes:
        return self.k

    def value(self) -> bytes:
        return self.v

    def headers(self) -> None:
        return None

    def topic(self) -> str:
        return "contacts"

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return 0

    def timestamp(self) -> tuple[int, int]:
        return 0, 0
