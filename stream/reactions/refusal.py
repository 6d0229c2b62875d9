"""What a reaction can say of a record instead of handling it: try it again, set it aside, or rest."""

from __future__ import annotations

from schemas.reject_codes import CODES


class TryAgain(Exception):  # noqa: N818 - an answer, not an error
    """Not now: the record is tried again, after `after` seconds or a growing pause. It waits, and nothing is lost."""

    def __init__(self, reason: str, *, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.after = reason, after


class SetAside(Exception):  # noqa: N818
    """Never: the record goes to the dead letters of reactions with this reason, and the next one comes.

    `code` is one of `schemas.reject_codes`.
    """

    def __init__(self, reason: str, *, code: str = "reaction_failed") -> None:
        """Take the reason, a sentence for a person.

        Raises:
            ValueError: there is no such code: a letter under it could not be written.
        """
        if code not in CODES:
            raise ValueError(f"{code!r} is no reject code; without one it is reaction_failed")
        super().__init__(reason)
        self.reason, self.code = reason, code


class Rest(Exception):  # noqa: N818
    """Nothing can be handled until a person acts: the record stays unfinished, and no other is begun."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
