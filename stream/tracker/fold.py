"""The tracker on one partition: which input, timer or walk goes to which part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from schemas.adoption import Adoption
from schemas.contact import read_contact
from schemas.contact_change import read_change
from schemas.record import Record
from stream.core.erased import ErasureHash
from stream.core.rules import Rules
from stream.engine.processor import NotYetError
from stream.engine.view import View
from stream.rulebook import Rulebook
from stream.tracker.admission import Admission
from stream.tracker.changes import Changes
from stream.tracker.counting import Counting
from stream.tracker.due import fire_due
from stream.tracker.erasures import Erasures
from stream.tracker.profiles import Profiles
from stream.tracker.sweeping import begin_sweep, sweep
from stream.tracker.topology import ADOPTION, ADOPTION_KEY, Names
from stream.tracker.writer import Writer


class TrackerFold:
    """Counts under the rules that its state has adopted."""

    def __init__(
        self,
        names: Names,
        rulebook: Rulebook[Rules],
        admission: Admission,
        erasure_hash: ErasureHash,
        on_adopted: Callable[[int], None],
    ) -> None:
        self._names = names
        self._on_adopted = on_adopted
        self._rulebook = rulebook
        self._admission = admission
        self._erasures = Erasures(erasure_hash)
        self._counting = Counting(admission, self._erasures)
        self._profiles = Profiles(admission, self._erasures)
        self._changes = Changes(admission, self._erasures)
        self._rules: Rules | None = None

    def begin(self, view: View, now_ms: int) -> None:
        """Adopt the rules in force; a version new to this state is committed as a row of it, with the positions.

        Raises:
            NotYetError: the state has counted under a later version than this worker has read (engine rule 19).
        """
        wanted = self._rulebook.in_force
        table = view.rows(ADOPTION)
        known: Adoption | None = table.get(ADOPTION_KEY)
        if wanted is None or (known is not None and known.version > wanted.version):
            raise NotYetError("the rules that this state was counted under have not been read")
        if known is None or known.version != wanted.version:
            table.put(ADOPTION_KEY, wanted.adoption)
            if known is not None:
                begin_sweep(view, known.version)
        self._erasures.begin(view)
        self._rules = self._rulebook.compiled(wanted)
        self._on_adopted(wanted.version)

    def decode(self, topic: str, records: Sequence[Record], now_ms: int) -> Any:
        """Let the records in."""
        if topic == self._names.events:
            return self._admission.admit(records, now_ms)
        if topic == self._names.changes:
            return [read_change(record, now_ms) for record in records]
        return [read_contact(record) for record in records]

    def fold(self, topic: str, records: Sequence[Record], decoded: Any, view: View, now_ms: int) -> None:
        """Count events; take profiles and changes over."""
        if topic == self._names.events:
            writer = self._writer(view, now_ms)
            self._counting.count(self._in_force, records, decoded, view, writer, now_ms)
            writer.close()
        elif topic == self._names.changes:
            self._changes.take(self._in_force, records, decoded, view)
        else:
            self._profiles.take(self._in_force, records, decoded, view)

    def fire(self, timer: str, key: bytes, due_ms: int, view: View, now_ms: int) -> None:
        """Do what a contact's due time is for."""
        writer = self._writer(view, now_ms)
        fire_due(self._in_force, key, due_ms, view, now_ms, writer)
        writer.close()

    def work(self, view: View, now_ms: int) -> bool:
        """Go on with the walk that the last change of the rules asked for."""
        writer = self._writer(view, now_ms)
        more = sweep(self._in_force, view, writer)
        writer.close()
        return more

    @property
    def _in_force(self) -> Rules:
        assert self._rules is not None  # noqa: S101 - the engine calls begin() first
        return self._rules

    def _writer(self, view: View, now_ms: int) -> Writer:
        return Writer(self._names, view, now_ms)
