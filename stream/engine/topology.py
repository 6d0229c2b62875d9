"""What a processor reads, keeps and writes, declared as data on one screen and validated before the first record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from schemas.errors import CairnError

if TYPE_CHECKING:
    from stream.engine.rows import Rows

Row = TypeVar("Row")

# Store keys are one prefix byte and the table's own key. 0x00 is the engine's (positions, store label).
FIRST_PREFIX, LAST_PREFIX = 0x10, 0xEF


class Codec(Protocol[Row]):
    """Bytes <-> row. The engine adds and checks the format byte; a codec sees only what follows it."""

    def encode(self, row: Row, /) -> bytes:
        """Encode one row."""
        ...

    def decode(self, data: bytes, /) -> Row:
        """Decode one row. Must read what the releases that wrote these formats wrote."""
        ...


@dataclass(frozen=True, slots=True)
class Input:
    """One topic that is read.

    The group subscribes to the one `lead` input; the same partition of every other (attached) input is added by
    the engine. A `table` input is read to the end seen at assignment before the lead is resumed. A `broadcast` input
    has one partition, which every worker reads whole and for itself: it has no part in partition counts, the group or
    positions (engine rules 18 and 19).
    """

    topic: str
    lead: bool = False
    table: bool = False
    dead_letters: str | None = None
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """Rows by key, kept in the partition's store and in its changelog.

    `cached`: decoded rows stay in memory between transactions (bounded); right for rows that are touched often.
    `opens` makes the rows of one task, with the arguments of `Rows` and, behind the store, the partition and how many
    there are; None: `Rows` itself.
    """

    name: str
    prefix: int
    codec: Codec[Row]
    cached: bool = True
    opens: Callable[..., Rows[Row]] | None = None

    @property
    def prefix_bytes(self) -> bytes:
        """The byte before every key of this table, in the store and in the changelog."""
        return bytes((self.prefix,))


@dataclass(frozen=True, slots=True)
class Timer:
    """A due time per key of `table`. Lazy: the due time lives in the row, the timer row moves only when it fires."""

    name: str
    prefix: int
    table: str

    @property
    def prefix_bytes(self) -> bytes:
        """The byte before every due time of this timer, in the store and in the changelog."""
        return bytes((self.prefix,))


@dataclass(frozen=True, slots=True)
class Formats:
    """Row formats by their first byte: what this release reads, and the one that it writes.

    Release N reads N-1 and N and writes N-1 until every worker is upgraded, so that old and new run mixed.
    """

    reads: frozenset[int] = frozenset({1})
    writes: int = 1


@dataclass(frozen=True, slots=True)
class Topology:
    """A processor's topics and tables. `app` names the consumer group and starts every transactional id."""

    app: str
    inputs: tuple[Input, ...]
    changelog: str
    tables: tuple[Table[Any], ...] = ()
    outputs: tuple[str, ...] = ()
    timers: tuple[Timer, ...] = ()
    formats: Formats = Formats()

    @property
    def lead(self) -> Input:
        """The input that the group subscribes to."""
        return next(each for each in self.inputs if each.lead)

    @property
    def partitioned(self) -> tuple[Input, ...]:
        """The inputs of a task: one partition of each, all of the same number."""
        return tuple(each for each in self.inputs if not each.broadcast)

    @property
    def attached(self) -> tuple[Input, ...]:
        """The inputs of a task beside its lead."""
        return tuple(each for each in self.partitioned if not each.lead)

    @property
    def broadcast(self) -> Input | None:
        """The input that every worker reads whole, if there is one."""
        return next((each for each in self.inputs if each.broadcast), None)

    @property
    def written(self) -> tuple[str, ...]:
        """Every topic that transactions of this processor write to, the changelog last."""
        letters = (each.dead_letters for each in self.inputs if each.dead_letters)
        return tuple(dict.fromkeys((*self.outputs, *letters, self.changelog)))

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic that must exist with one and the same partition count."""
        return tuple(dict.fromkeys((*(each.topic for each in self.partitioned), *self.written)))

    @property
    def known(self) -> tuple[str, ...]:
        """Every topic whose identity the state remembers: those of `topics`, and the broadcast."""
        return (*self.topics, *((self.broadcast.topic,) if self.broadcast else ()))

    def validate(self) -> None:
        """Refuse a topology that could not keep its promises.

        Raises:
            CairnError: with every fault of the declaration in one message.
        """
        faults = [*self._input_faults(), *self._table_faults()]
        if self.formats.writes not in self.formats.reads:
            faults.append(f"it writes row format {self.formats.writes} but does not read it")
        if faults:
            raise CairnError(
                f"the topology of {self.app!r} is not sound: " + "; ".join(faults),
                fix="mend the declaration of the processor",
            )

    def _input_faults(self) -> list[str]:
        faults = []
        leads = [each.topic for each in self.inputs if each.lead]
        if len(leads) != 1:
            faults.append(f"exactly one input leads, not {len(leads)}")
        names = [each.topic for each in self.inputs]
        if len(set(names)) != len(names):
            faults.append("an input is named twice")
        letters = {each.dead_letters for each in self.inputs}
        if self.changelog in {*names, *self.outputs, *letters}:
            faults.append(f"the changelog {self.changelog!r} is also an input or an output")
        faults += [
            f"input {each.topic!r} names no dead-letter topic: a record that breaks the fold would have nowhere to go"
            for each in self.partitioned
            if each.dead_letters is None
        ]
        broadcasts = [each for each in self.inputs if each.broadcast]
        if len(broadcasts) > 1:
            faults.append(f"at most one input is a broadcast, not {len(broadcasts)}")
        faults += [
            f"input {each.topic!r} is a broadcast, so it can neither lead nor be a table nor have dead letters"
            for each in broadcasts
            if each.lead or each.table or each.dead_letters
        ]
        faults += [
            f"input {each.topic!r} leads, so it cannot be a table" for each in self.inputs if each.lead and each.table
        ]
        return faults

    def _table_faults(self) -> list[str]:
        faults = []
        prefixes = [*(each.prefix for each in self.tables), *(each.prefix for each in self.timers)]
        if len(set(prefixes)) != len(prefixes):
            faults.append("two tables or timers share a key prefix")
        if any(not FIRST_PREFIX <= each <= LAST_PREFIX for each in prefixes):
            faults.append(f"key prefixes lie between {FIRST_PREFIX:#x} and {LAST_PREFIX:#x}")
        names = {each.name for each in self.tables}
        if len(names) != len(self.tables):
            faults.append("two tables share a name")
        faults += [
            f"timer {each.name!r} is on an unknown table {each.table!r}"
            for each in self.timers
            if each.table not in names
        ]
        return faults
