"""Crossings and nudges: what is against them is decided at once, the rest waits for its contact's timer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from schemas.channel import CHANNELS
from schemas.delivery import Reached
from schemas.milestone_crossed import MilestoneCrossed
from schemas.record import Record
from schemas.rejection import Rejection
from stream.core.celebration.person import MOST_WAITING, PersonRow, Waiting, new_person
from stream.core.celebration.subject import Subject, against, decode_subject
from stream.core.celebration.verdict import refusals
from stream.engine.view import View
from stream.planner.due import keep_timer
from stream.planner.erasures import Erasures
from stream.planner.kept import keep_subject
from stream.planner.own_record import read_own
from stream.planner.release import Release
from stream.planner.topology import PEOPLE
from stream.runtime.metrics import ERASED, EVENTS


def read_subject(record: Record, *, nudges: bool) -> Subject | Rejection:
    """Read a record of the tracker, or say why not."""
    return read_own(record, partial(decode_subject, is_nudge=nudges))


class Subjects:
    """Takes the crossings and nudges of one partition in."""

    def __init__(self, release: Release, erasures: Erasures) -> None:
        self._release = release
        self._erasures = erasures

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
        erased = self._erasures.among(table.newcomers, view) if table.newcomers else {}
        table.release(erased)
        for (record, subject), key in zip(sound, keys, strict=True):
            if key in erased:
                view.count(ERASED, 1, (topic,))
            else:
                self._admit(rows[key], subject, record.value() or b"", key, view, now_ms)

    def _admit(self, row: PersonRow, subject: Subject, value: bytes, key: bytes, view: View, now_ms: int) -> None:
        if isinstance(subject, MilestoneCrossed):
            _note(row, subject)
        if (ruled_out := against(subject)) is not None:
            self._release.refuse(subject, refusals(CHANNELS, *ruled_out), key, view, now_ms)
            return
        waiting = Waiting.of(subject, now_ms)
        keep_subject(view, key, subject.id, value)
        row.waiting = [*row.waiting, waiting]
        self._absorb(row, waiting, key, view, now_ms)
        if len(row.waiting) > MOST_WAITING:
            self._release.absorb(row, min(row.waiting, key=lambda each: each.arrived_ms), key, view, now_ms)
        keep_timer(row, key, view)

    def _absorb(self, row: PersonRow, new: Waiting, key: bytes, view: View, now_ms: int) -> None:
        """Of what waits on a metric the highest is said, and a crossing rather than a nudge; what is out already is."""
        if new.metric is None:
            return
        rivals = [each for each in row.waiting if each.metric == new.metric]
        highest = max(rivals, key=lambda each: (not each.is_nudge, each.threshold, each.arrived_ms))
        for each in rivals:
            if each is not highest and not each.released:
                self._release.absorb(row, each, key, view, now_ms)


def _note(row: PersonRow, crossed: MilestoneCrossed) -> None:
    if crossed.metric is not None:
        row.numbers = {**row.numbers, crossed.metric: crossed.value}
    row.reached(
        Reached(
            milestone=crossed.milestone,
            occurrence=crossed.occurrence,
            value=crossed.value,
            unit=crossed.unit,
            occurred_at=crossed.occurred_at,
            kind=crossed.kind,
            metric=crossed.metric,
            threshold=crossed.threshold,
        )
    )
