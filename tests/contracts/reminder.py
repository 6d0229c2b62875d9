"""A processor for tests of time and of several inputs: it rings people up when they asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from schemas.record import Record
from stream.engine.processor import NotYetError, SimpleFold, SimpleProcessor
from stream.engine.topology import Input, Table, Timer, Topology
from stream.engine.view import View
from stream.runtime.metrics import EVENTS
from tests.contracts.tally import IntCodec

ASKS, NAMES, CHANGES, RULES = "asks", "names", "changes", "rules"
RINGS, CHANGELOG = "rings", "reminder-changelog"
PEOPLE, ADOPTED, ALARM = "people", "adopted", "alarm"
VERSION, CURSOR = b"version", b"cursor"
SLICE = 2
"""People that one slice of the sweep visits."""


class Person(msgspec.Struct, array_like=True):
    """`due_ms` is when to ring (0: never), `timer_ms` where the timer row stands, `every_ms` when again."""

    name: str | None = None
    muted: bool = False
    due_ms: int = 0
    timer_ms: int = 0
    every_ms: int = 0
    poison: bool = False
    swept: int = 0


class PersonCodec:
    encode = staticmethod(msgspec.msgpack.Encoder().encode)
    decode = staticmethod(msgspec.msgpack.Decoder(Person).decode)


class TextCodec:
    encode = staticmethod(msgspec.msgpack.Encoder().encode)
    decode = staticmethod(msgspec.msgpack.Decoder(bytes).decode)


def reminder_topology(prefix: str = "", *, rules: bool = False) -> Topology:
    broadcast = (Input(prefix + RULES, broadcast=True),) if rules else ()
    return Topology(
        app=f"{prefix}reminder",
        inputs=(
            Input(prefix + ASKS, lead=True, dead_letters=f"{prefix}{ASKS}-dlq"),
            Input(prefix + NAMES, table=True, dead_letters=f"{prefix}{NAMES}-dlq"),
            Input(prefix + CHANGES, dead_letters=f"{prefix}{CHANGES}-dlq"),
            *broadcast,
        ),
        outputs=(prefix + RINGS,),
        changelog=prefix + CHANGELOG,
        tables=(
            Table(PEOPLE, prefix=0x10, codec=PersonCodec()),
            Table(ADOPTED, prefix=0x11, codec=IntCodec(), cached=False),
            Table("sweeps", prefix=0x12, codec=TextCodec(), cached=False),
        ),
        timers=(Timer(ALARM, prefix=0x20, table=PEOPLE),),
    )


@dataclass
class Reminder(SimpleProcessor):
    """On `asks`: `at MS [EVERY]`, `never`, `poison`, `boom`, `who` (emits the name known now); on `names` a name or
    a tombstone, on `changes`: `mute`. With rules every answer also says their version, and a new version sweeps people.
    """

    topology: Topology = field(default_factory=reminder_topology)
    version: int = 0
    heard: list[str] = field(default_factory=list)
    """Records in the order in which they were folded, all inputs together; rewinds repeat."""

    @property
    def ready(self) -> bool:
        return self.topology.broadcast is None or self.version > 0

    def broadcast(self, records: Sequence[Record]) -> None:
        for each in records:
            self.version = max(self.version, int(each.value() or b"0"))

    def open(self, partition: int, partitions: int) -> ReminderFold:
        return ReminderFold(self)


class ReminderFold(SimpleFold):
    def __init__(self, reminder: Reminder) -> None:
        self._reminder = reminder
        self._out = reminder.topology.outputs[0]
        self._version = 0

    def begin(self, view: View, now_ms: int) -> None:
        adopted = view.rows(ADOPTED)
        known = adopted.get(VERSION) or 0
        if known > self._reminder.version:
            adopted.put(VERSION, -1)  # to be taken back
            raise NotYetError(f"the state holds {known}, read is {self._reminder.version}")
        if known < self._reminder.version:
            adopted.put(VERSION, self._reminder.version)
            view.rows("sweeps").put(CURSOR, b"")
        self._version = self._reminder.version

    def decode(self, topic: str, records: Sequence[Record], now_ms: int) -> list[str | None]:
        return [None if (value := record.value()) is None else value.decode() for record in records]

    def fold(self, topic: str, records: Sequence[Record], decoded: Any, view: View, now_ms: int) -> None:
        view.count(EVENTS, len(records), (topic,))
        table = view.rows(PEOPLE)
        inputs = {each.topic: place for place, each in enumerate(self._reminder.topology.inputs)}
        for record, word in zip(records, decoded, strict=True):
            key = record.key() or b""
            self._reminder.heard.append(f"{topic}:{word}")
            row = table.claim([key], Person)[key]
            place = inputs[topic]
            if place == 1:
                row.name = word
            elif place == 2:
                row.muted = word == "mute"
            elif word == "who":
                self._say(view, key, f"who {row.name}")
            elif word == "never":
                row.due_ms = row.every_ms = 0
            elif word == "poison":
                row.poison = True
            elif word == "boom":
                view.schedule(ALARM, key, 1)
                raise RuntimeError("boom")
            else:
                row.due_ms, row.every_ms = map(int, [*word.split()[1:], "0"][:2])
                if not row.timer_ms or row.due_ms < row.timer_ms:  # lazy: an earlier timer will find the later due time
                    if row.timer_ms:
                        view.unschedule(ALARM, key, row.timer_ms)
                    view.schedule(ALARM, key, row.due_ms)
                    row.timer_ms = row.due_ms

    def fire(self, timer: str, key: bytes, due_ms: int, view: View, now_ms: int) -> None:
        row = view.rows(PEOPLE).claim([key], Person)[key]
        if row.poison:
            row.due_ms = 7
            view.emit(self._out, key, b"never")
            raise RuntimeError("a timer that breaks")
        row.timer_ms = 0
        if row.due_ms and row.due_ms <= due_ms:
            self._say(view, key, "muted" if row.muted else f"ring {row.due_ms} at {now_ms}")
            row.due_ms = row.due_ms + row.every_ms if row.every_ms else 0
        if row.due_ms:
            view.schedule(ALARM, key, row.due_ms)
            row.timer_ms = row.due_ms

    def work(self, view: View, now_ms: int) -> bool:
        sweeps = view.rows("sweeps")
        cursor = sweeps.get(CURSOR)
        if cursor is None:
            return False
        people = view.rows(PEOPLE)
        keys = view.scan(PEOPLE, cursor, SLICE)
        if not keys:
            sweeps.delete(CURSOR)
            return False
        stale = [key for key, row in people.peek(keys).items() if row.swept < self._version]
        for row in [people.claim(stale, Person)[key] for key in stale]:
            row.swept = self._version
        for key in stale:
            self._say(view, key, f"swept {self._version}")
        sweeps.put(CURSOR, keys[-1])
        return True

    def _say(self, view: View, key: bytes, text: str) -> None:
        if self._version:
            text = f"{text} v{self._version}"
        view.emit(self._out, key, text.encode())
