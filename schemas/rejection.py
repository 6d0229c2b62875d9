"""Why a record was not let in."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Rejection(msgspec.Struct, frozen=True, gc=False):
    """One reason: a code of `schemas.reject_codes.CODES`, a sentence for a person, and where in the value.

    `pointer` is a JSON pointer (RFC 6901) into the record's value; empty when the record as a whole is meant. The
    message never repeats a value at length: dead letters are read by more people than events are.
    """

    event: ClassVar[str] = ""
    """A refused record says no event; no metric counts this name, so verdicts can be looked up without a branch."""

    code: str
    message: str
    pointer: str = ""
