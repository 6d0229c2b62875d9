"""A processor for tests: adds numbers up by key, and does on request all that a processor may do wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from schemas.record import Record
from stream.engine.processor import SimpleFold, SimpleProcessor
from stream.engine.topology import Input, Table, Topology
from stream.engine.view import View
from stream.runtime.metrics import EVENTS

IN, OUT, LETTERS, CHANGELOG = "in", "out", "in-dlq", "tally-changelog"
TOTALS, BIRTH = "totals", "birth"
BIRTH_KEY = b"born"


class Total(msgspec.Struct, array_like=True):
    """A sum, and as many bytes as a test wants."""

    value: int = 0
    filling: bytes = b""


class TotalCodec:
    encode = staticmethod(msgspec.msgpack.Encoder().encode)
    decode = staticmethod(msgspec.msgpack.Decoder(Total).decode)


class IntCodec:
    encode = staticmethod(msgspec.msgpack.Encoder().encode)
    decode = staticmethod(msgspec.msgpack.Decoder(int).decode)


TABLE: Table[Total] = Table(TOTALS, prefix=0x10, codec=TotalCodec())


def tally_topology(attached: tuple[Input, ...] = ()) -> Topology:
    return Topology(
        app="tally",
        inputs=(Input(IN, lead=True, dead_letters=LETTERS), *attached),
        outputs=(OUT,),
        changelog=CHANGELOG,
        tables=(TABLE, Table(BIRTH, prefix=0x11, codec=IntCodec(), cached=False)),
    )


@dataclass(frozen=True)
class Tally(SimpleProcessor):
    """Numbers are added and the sum is emitted. Words: `boom` raises after changing the row, `undecodable` raises in
    decode, `no` is rejected, `delete` removes the row, `fill N` makes it N bytes larger.
    """

    topology: Topology = field(default_factory=tally_topology)

    def open(self, partition: int, partitions: int) -> TallyFold:
        return TallyFold()


class TallyFold(SimpleFold):
    def begin(self, view: View, now_ms: int) -> None:
        born = view.rows(BIRTH)
        if born.get(BIRTH_KEY) is None:
            born.put(BIRTH_KEY, now_ms)

    def decode(self, topic: str, records: Sequence[Record], now_ms: int) -> list[str]:
        words = [(record.value() or b"").decode() for record in records]
        if "undecodable" in words:
            raise ValueError("undecodable")
        return words

    def fold(self, topic: str, records: Sequence[Record], decoded: Any, view: View, now_ms: int) -> None:
        view.count(EVENTS, len(records), (topic,))
        table = view.rows(TOTALS)
        for record, word in zip(records, decoded, strict=True):
            key = record.key() or b""
            if word == "delete":
                table.delete(key)
                continue
            row = table.claim([key], Total)[key]
            if word == "no":
                view.reject(record, "not_json", "no is no number")
            elif word.startswith("fill "):
                row.filling = b"x" * int(word[5:])
            elif word == "boom":
                row.value += 1_000_000
                view.emit(OUT, key, b"never")
                raise RuntimeError("boom")
            else:
                row.value += int(word)
                view.emit(OUT, key, str(row.value).encode())
