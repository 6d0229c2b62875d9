"""The marks of the erased contacts of one partition; tracker and planner keep them alike (engine rule 20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from stream.core.erased import Erased, ErasureHash
from stream.engine.topology import Table
from stream.engine.view import View

ERASED = "erased"
"""The table of marks."""
_NONE: Mapping[bytes, Erased] = {}


class ErasedCodec:
    """The mark of an erased contact, as MessagePack."""

    encode = staticmethod(msgspec.msgpack.Encoder().encode)
    decode = staticmethod(msgspec.msgpack.Decoder(Erased).decode)


def erased_table(prefix: int) -> Table[Erased]:
    """Declare the table of marks of a topology, under a prefix of its own."""
    return Table(ERASED, prefix=prefix, codec=ErasedCodec(), cached=False)


class ErasureMarks:
    """Only a contact without a row can be erased, so only those are looked up."""

    def __init__(self, names: ErasureHash) -> None:
        self._names = names
        self._any = False

    def begin(self, view: View) -> None:
        """Find out whether there is any: as long as there is none, newcomers cost nothing more."""
        self._any = self._any or bool(view.scan(ERASED, b"", 1))

    def among(self, keys: Iterable[bytes], view: View) -> Mapping[bytes, Erased]:
        """Return which of these contacts, all without a row, are erased, each with its mark."""
        if not self._any:
            return _NONE
        names = {self._names.of(key): key for key in keys}
        return {names[name]: mark for name, mark in view.rows(ERASED).peek(names).items()}

    def put(self, key: bytes, mark: Erased, view: View) -> None:
        """Keep the mark of a contact."""
        view.rows(ERASED).put(self._names.of(key), mark)
        self._any = True
