"""How the reader of one value reports its mistakes through pydantic: all of them, each with a cure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from schemas.milestones.problem import Mistake, Path

MISTAKES = "mistakes"
"""The pydantic error type whose context holds, under ``found``, a tuple of `Mistake`."""


class MalformedError(Exception):
    """A value of the file cannot be read; carries every mistake found in it."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__("; ".join(mistake.message for mistake in mistakes))
        self.mistakes = mistakes


def malformed(message: str, hint: str = "", at: Path = ()) -> MalformedError:
    """Return the exception for a single mistake."""
    return MalformedError(Mistake(at, message, hint))


def written(
    read: Callable[[Any], object], schema: dict[str, Any], write: Callable[[Any], Any] = str
) -> tuple[Any, ...]:
    """Return the pydantic annotations of a value that has its own notation in the file.

    ``read`` turns what YAML gave into the value (and leaves a finished value as it is) or raises
    `MalformedError`; ``write`` is its inverse, so that a document can be written word for word; ``schema``
    is for editors.
    """

    def validate(raw: object) -> object:
        try:
            return read(raw)
        except MalformedError as error:
            # pydantic formats the message as a template and allows one error per value: the list travels
            # beside it.
            raise PydanticCustomError(MISTAKES, "malformed value", {"found": error.mistakes}) from None

    return PlainValidator(validate), PlainSerializer(write), WithJsonSchema(schema)


def shown(raw: object) -> str:
    """Return a value of the file as a message quotes it: short, and as the user wrote it."""
    if raw is None:
        return "nothing"
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, dict):
        return "a mapping"
    if isinstance(raw, list | tuple):
        return "a list"
    text = str(raw)
    if len(text) > 60:
        text = text[:57] + "..."
    return f"'{text}'" if isinstance(raw, str) else text
