"""The tracker on one partition: which input, timer or walk goes to which part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from schemas.adoption import Adoption, renumbered
from schemas.contact_door import ContactDoor
from schemas.errors import CairnError
from schemas.record import Record
from stream.core.erased import ErasureHash
from stream.core.progress import fresh
from stream.core.rules import Rules
from stream.engine.processor import NotYetError
from stream.engine.view import View
from stream.native.accelerator import Accelerator
from stream.rulebook import Rulebook
from stream.runtime.exits import Exit
from stream.tracker.admission import Admission
from stream.tracker.changes import Changes
from stream.tracker.counting import Counting
from stream.tracker.due import fire_due, keep_timer
from stream.tracker.erasures import Erasures
from stream.tracker.plain import PlainCounting
from stream.tracker.profiles import Profiles
from stream.tracker.sweeping import begin_sweep, sweep
from stream.tracker.topology import ADOPTION, ADOPTION_KEY, PROGRESS, Names
from stream.tracker.writer import Writer


class TrackerFold:
    """Counts under the rules that its state has adopted."""

    def __init__(
        self,
        names: Names,
        rulebook: Rulebook[Rules],
        admission: Admission,
        contact_door: ContactDoor,
        erasure_hash: ErasureHash,
        on_adopted: Callable[[int], None],
        accelerator: Accelerator | None = None,
    ) -> None:
        self._names = names
        self._on_adopted = on_adopted
        self._rulebook = rulebook
        self._admission = admission
        self._contact_door = contact_door
        self._erasures = Erasures(erasure_hash)
        self._counting = Counting(admission, self._erasures)
        self._accelerator = accelerator
        self._plain = PlainCounting(names, accelerator, self._erasures) if accelerator is not None else None
        self._profiles = Profiles(self._erasures)
        self._changes = Changes(self._erasures)
        self._rules: Rules | None = None

    def begin(self, view: View, now_ms: int) -> None:
        """Adopt the rules in force; a version new to this state is committed as a row of it, with the positions.

        Raises:
            NotYetError: the state has counted under a later version than this worker has read (engine rule 19).
            CairnError: DRIFT, these are not the rules that the state has counted under, nor later ones.
        """
        wanted = self._rulebook.in_force
        table = view.rows(ADOPTION)
        known: Adoption | None = table.get(ADOPTION_KEY)
        if wanted is None:
            raise NotYetError("no milestones have been read")
        if known is not None and known.version > wanted.version:
            raise NotYetError(
                f"this state was counted under version {known.version} of the milestones, and version {wanted.version} "
                "is the newest that has been read"
            )
        if known is not None and (other := renumbered(known, wanted.adoption)) is not None:
            raise _other_rules(known.version, wanted.version, other)
        if known is None or known.version != wanted.version:
            table.put(ADOPTION_KEY, wanted.adoption)
            if known is not None:
                begin_sweep(view, known.version)
        self._erasures.begin(view)
        self._rules = self._rulebook.compiled(wanted)
        if self._accelerator is not None:
            self._accelerator.compiled(self._rules)
        self._on_adopted(wanted.version)

    def decode(self, topic: str, records: Sequence[Record], now_ms: int) -> Any:
        """Let the records in; several events that the accelerator reads first are let in when they are folded.

        One event by itself is decoded here, as the engine has it when it looks for the record that breaks a batch.
        """
        if topic == self._names.events:
            return self._admission.admit(records, now_ms) if self._plain is None or len(records) == 1 else None
        if topic == self._names.changes:
            return self._contact_door.changes(records, now_ms)
        return self._contact_door.profiles(records, now_ms)

    def fold(self, topic: str, records: Sequence[Record], decoded: Any, view: View, now_ms: int) -> None:
        """Count events; take profiles and changes over."""
        if topic == self._names.events:
            self._count(records, decoded, view, now_ms)
        elif topic == self._names.changes:
            self._changes.take(self._in_force, records, decoded, view, now_ms)
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

    def _count(self, records: Sequence[Record], decoded: Any, view: View, now_ms: int) -> None:
        rules = self._in_force
        untimed: Sequence[bytes] = ()
        if decoded is None and self._plain is not None:
            records, untimed = self._plain.count(rules, records, view, now_ms)
        if records:
            decoded = self._admission.admit(records, now_ms) if decoded is None else decoded
            writer = self._writer(view, now_ms)
            self._counting.count(rules, records, decoded, view, writer, now_ms)
            writer.close()
        if untimed:
            rows = view.rows(PROGRESS).claim(untimed, fresh)
            for key in untimed:
                keep_timer(rules, rows[key], key, view)

    @property
    def _in_force(self) -> Rules:
        assert self._rules is not None  # noqa: S101 - the engine calls begin() first
        return self._rules

    def _writer(self, view: View, now_ms: int) -> Writer:
        return Writer(self._names, view, now_ms)


def _other_rules(counted: int, read: int, what: str) -> CairnError:
    """The refusal to count on under rules that come from another topic of rules, made anew."""
    return CairnError(
        f"version {read} of the milestones does not go on from version {counted}, which this state was counted under: "
        f"{what} has another number in it, so counters would be taken for others",
        where="the topic of the rules was made anew, and holds other versions than before",
        fix="restore its records; or delete it, make it with `cairn topics apply`, put every version of the milestones "
        "file into force again, in their order, and run `cairn topics accept`; or begin anew under another app id",
        exit=Exit.DRIFT,
    )
