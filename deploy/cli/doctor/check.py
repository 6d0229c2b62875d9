"""One finding of `cairn doctor`. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from schemas.errors import CairnError
from stream.runtime.exits import Exit


class Mark(StrEnum):
    """How a check came out; `skip` is one that could not be made because of another."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"


@dataclass(frozen=True)
class Check:
    """What was looked at, how it is, and what to do about it. `exit` is the exit code that a failure asks for."""

    name: str
    mark: Mark
    finding: str
    cure: str | None = None
    exit: Exit = Exit.FINDINGS

    def document(self) -> dict[str, str | None]:
        """For --json."""
        return {"check": self.name, "mark": self.mark.value, "finding": self.finding, "cure": self.cure}


def failed(name: str, error: CairnError) -> Check:
    """A check that ended in an error of ours; its exit code is kept where it is one that users know by number."""
    known = (Exit.DRIFT, Exit.CANNOT_CONNECT)
    where = f" ({error.where})" if error.where else ""
    code = Exit(error.exit) if error.exit in known else Exit.FINDINGS
    return Check(name, Mark.FAIL, f"{error.what}{where}", error.fix, code)


def verdict(checks: Iterable[Check]) -> Exit:
    """The exit code of the whole: no connection before drift before other failures; warnings are no failure."""
    codes = {check.exit for check in checks if check.mark is Mark.FAIL}
    for code in (Exit.CANNOT_CONNECT, Exit.DRIFT):
        if code in codes:
            return code
    return Exit.FINDINGS if codes else Exit.OK
