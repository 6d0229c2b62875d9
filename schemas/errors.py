"""The root of every error that reaches a user."""

from __future__ import annotations


class CairnError(Exception):
    """Something a person must act on: `what` happened, `where`, and how to `fix` it.

    `exit` is the exit code of the process that ends because of it (the numbers are in `stream.runtime.exits`); a
    subclass sets its own default. `str()` is the whole message, one short line for each part.
    """

    exit: int = 70

    def __init__(
        self,
        what: str,
        where: str | None = None,
        fix: str | None = None,
        *,
        exit: int | None = None,  # noqa: A002 - it is what the attribute is called, and nobody calls the builtin here
    ) -> None:
        super().__init__(what, where, fix)
        self.what = what
        self.where = where
        self.fix = fix
        if exit is not None:
            self.exit = exit

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"where: {self.where}")
        if self.fix:
            lines.append(f"fix: {self.fix}")
        return "\n".join(lines)
