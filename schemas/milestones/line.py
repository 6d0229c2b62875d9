"""Texts of the file that people read on one line."""

from __future__ import annotations

from pydantic_core import PydanticCustomError

from schemas.clean import clean


def seen(text: str) -> str:
    """Return a text as one line of what can be seen; line ends and tabs become spaces, as YAML's own folding has it.

    Cleaned and not refused: rules that are in force already, with such a text, must still be read.

    Raises:
        PydanticCustomError: nothing is left of it.
    """
    cleaned = clean(text)
    if not cleaned:
        raise PydanticCustomError("nothing_seen", "nothing in it can be seen; write some words")
    return cleaned
