"""Crossings and nudges: what is against them is decided at once, the rest waits for its contact's timer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from schemas.channel import CHANNELS
from schemas.milestone_crossed import MilestoneCrossed, decode_crossing
from schemas.milestone_nudge import decode_nudge
from schemas.partition_check import PartitionCheck
from schemas.record import Record
from schemas.rejection import Rejection
from stream.core.celebration.path import remembered
from stream.core.celebration.person import PersonRow, new_person
from stream.core.celebration.subject import Subject, against
from stream.core.celebration.verdict import refusals
from stream.engine.view import View
from stream.planner.erasures import Erasures
from stream.planner.own_record import read_own
from stream.planner.release import Release
from stream.planner.topology import PEOPLE
from stream.runtime.metrics import ERASED, EVENTS


def read_subjects(records: Sequence[Record], *, nudges: bool) -> list[Subject | Rejection]:
    """Read records of the tracker, or say of each why not."""
    decode: Callable[[bytes], Subject] = decode_nudge if nudges else decode_crossing
    return [read_own(record, decode) for record in records]


class Subjects:
    """Takes the crossings and nudges of one partition in."""

    def __init__(self, release: Release, erasures: Erasures, check: PartitionCheck) -> None:
        self._release = release
        self._erasures = erasures
        self._check = check

    def take(self, records: Sequence[Record], read: Sequence[Subject | Rejection], view: View, now_ms: int) -> None:
        """Note what was reached, and let what may be celebrated wait; refused records are put aside."""
        topic = records[0].topic()
        view.count(EVENTS, len(records), (topic,))
        sound: list[tuple[Record, Subject]] = []
        for record, subject in zip(records, read, strict=True):
            if isinstance(subject, Rejection):
                view.reject(record, subject.code, subject.message, subject.pointer)
            else:
                sound.append((record, subject))
        table = view.rows(PEOPLE)
        keys = [record.key() or b"" for record, _ in sound]
        rows = table.claim(keys, new_person)
        newcomers = table.newcomers
        misplaced = self._check.misplaced(newcomers)
        erased = self._erasures.among(newcomers, view) if newcomers else {}
        table.release({*misplaced, *erased})
        for (record, subject), key in zip(sound, keys, strict=True):
            if (refused := misplaced.get(key)) is not None:
                view.reject(record, refused.code, refused.message)
            elif key in erased:
                view.count(ERASED, 1, (topic,))
            else:
                self._admit(rows[key], subject, record.value() or b"", key, view, now_ms)

    def _admit(self, row: PersonRow, subject: Subject, value: bytes, key: bytes, view: View, now_ms: int) -> None:
        if isinstance(subject, MilestoneCrossed):
            _note(row, subject)
        if (ruled_out := against(subject)) is not None:
            self._release.refuse(row, subject, refusals(CHANNELS, *ruled_out), key, view, now_ms)
            return
        self._release.admit(row, subject, value, key, view, now_ms)


def _note(row: PersonRow, crossed: MilestoneCrossed) -> None:
    if crossed.metric is not None:
        row.numbers = {**row.numbers, crossed.metric: crossed.value}
    if (reached := remembered(crossed)) is not None:
        row.reached(reached)
