"""What breaks the fold, and when that stops the worker: the breaker of one input or of the timers (engine rule 4).

The rule:

    what decoding raises      is that record's alone: it goes to the dead letters and never counts
    what folding one raises   is put aside record by record, timer by timer, and counts
    the breaker opens         when those that broke, one after the other, are of more than ten contacts (keys), and no
                              good one came between them: then the release is at fault, not what it was given

So whatever one producer writes of one contact, or so oddly that it cannot be read, stops nobody.
"""

from __future__ import annotations

from schemas.errors import CairnError
from stream.runtime.exits import Exit

CULPRITS_IN_A_ROW = 10
"""When those of more contacts than this broke one after the other, the fault is no longer theirs."""


class PoisonedError(Exception):
    """A batch could not be decoded or folded. The transaction must be aborted; then the task goes record by record."""


class Culprits:
    """The contacts whose records, or timers, broke the fold since the last good one: by their keys.

    After an abort the same ones come again, and each counts once.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._keys: frozenset[bytes] = frozenset()
        self._committed = self._keys

    def add(self, key: bytes | None, where: str) -> None:
        """One more, of the contact with this key. All without a key are taken for one.

        Raises:
            CairnError: POISONED, when it is of one contact too many.
        """
        self._keys |= {key or b""}
        if len(self._keys) > CULPRITS_IN_A_ROW:
            raise CairnError(
                f"{len(self._keys)} {self._what} in a row, each of another contact, broke the fold: "
                f"this is a fault of the release, not of the {self._what}",
                where=where,
                fix="see the traceback in the log; nothing was lost, the records are read again after the upgrade",
                exit=Exit.POISONED,
            )

    def acquit(self) -> None:
        """A good one: count anew."""
        if self._keys:
            self._keys = frozenset()

    def committed(self) -> None:
        """Those so far are dealt with."""
        self._committed = self._keys

    def aborted(self) -> None:
        """Those since the last commit come again."""
        self._keys = self._committed
