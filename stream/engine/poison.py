"""How many culprits in a row a task puts up with, records or timers (engine rule 4)."""

from __future__ import annotations

from schemas.errors import CairnError
from stream.runtime.exits import Exit

CULPRITS_IN_A_ROW = 10
"""More internal errors than this, one after the other, are no longer bad records but a bad release."""


class PoisonedError(Exception):
    """A fold raised. The transaction must be aborted; then the task refolds record by record."""


class Culprits:
    """Counts them. After an abort the same ones come again, and each counts once."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._count = self._committed = 0

    def add(self, where: str) -> None:
        """One more.

        Raises:
            CairnError: POISONED, when it is one too many.
        """
        self._count += 1
        if self._count > CULPRITS_IN_A_ROW:
            raise CairnError(
                f"{self._count} {self._what} in a row broke the fold: "
                f"this is a fault of the release, not of the {self._what}",
                where=where,
                fix="see the traceback in the log; nothing was lost, the records are read again after the upgrade",
                exit=Exit.POISONED,
            )

    def acquit(self) -> None:
        """A good one: count anew."""
        self._count = 0

    def committed(self) -> None:
        """Those so far are dealt with."""
        self._committed = self._count

    def aborted(self) -> None:
        """Those since the last commit come again."""
        self._count = self._committed
