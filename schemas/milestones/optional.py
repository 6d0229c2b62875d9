"""What a file can turn off with the word ``none``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from schemas.milestones.mistakes import MISTAKES, shown
from schemas.milestones.problem import Mistake

NONE = "none"
NULL = {"type": "null"}
_NEARLY = frozenset({"", "no", "off", "false", "null"})


def is_nearly_none(raw: object) -> bool:
    """Whether this is nothing, or a word in quotes that sounds like ``none`` and is refused with that cure."""
    return raw is None or raw is False or (isinstance(raw, str) and raw.strip().lower() in _NEARLY)


@dataclass(frozen=True, slots=True)
class OrNone:
    """Marks a section that may be None: the file writes ``none`` for it, and nothing at all is a mistake.

    A key with nothing behind it may be half written, or meant as "off"; with what holds by default it would be neither.
    `example` is what the section could say instead.
    """

    example: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Return the schema of the section, with the word for None in both directions."""

        def read(raw: object) -> object:
            if is_nearly_none(raw):
                hint = f"write {{{self.example}}}, or {NONE} to turn it off"
                found = Mistake((), f"{shown(raw)} is said here, which could mean two things", hint)
                raise PydanticCustomError(MISTAKES, "malformed value", {"found": (found,)})
            return None if raw == NONE else raw

        def write(value: object, inner: core_schema.SerializerFunctionWrapHandler) -> object:
            return NONE if value is None else inner(value)

        return core_schema.no_info_before_validator_function(
            read,
            handler(source),
            serialization=core_schema.wrap_serializer_function_ser_schema(write, schema=handler(source)),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return what editors check: the section, or the word."""
        found = handler(schema)
        return found | {"anyOf": [{"const": NONE} if each == NULL else each for each in found.get("anyOf", [])]}
