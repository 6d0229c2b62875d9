"""A metric: what is counted for each contact, and from which events."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.milestones.match import Matching
from schemas.milestones.mistakes import MISTAKES, malformed, shown, written
from schemas.milestones.phrase import UnitPhrase
from schemas.milestones.problem import Mistake
from schemas.milestones.spelling import listed
from schemas.usage_event import RESERVED


class Kind(StrEnum):
    """How a metric turns events into a number."""

    COUNT = "count"
    SUM = "sum"
    HIGHEST = "highest"
    DISTINCT = "distinct"
    STREAK = "streak"


WHOLE_KINDS = frozenset({Kind.COUNT, Kind.DISTINCT, Kind.STREAK})
"""They count in whole steps, from 0."""
DISTINCT_BOUND = 10_000
"""Distinct values are counted exactly up to here; a threshold beyond could never be told."""


class Section(BaseModel):
    """A mapping of the file: unknown keys and values of another type are mistakes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


History = Literal["complete", "from_now"]
PropertyName = Annotated[str, Field(min_length=1, max_length=256)]


def read_event_names(raw: object) -> tuple[str, ...]:
    """Read one event name or a list of them. Raises MalformedError."""
    names = tuple(raw) if isinstance(raw, list | tuple) else (raw,)
    if not names:
        raise malformed("'from' is empty", "name at least one event")
    for index, name in enumerate(names):
        at = (index,) if isinstance(raw, list | tuple) else ()
        if not isinstance(name, str):
            raise malformed(f"an event name is text, not {shown(name)}", "quote it if it is really the name", at)
        if not 0 < len(name.encode("utf-8", "replace")) <= 256 or name != name.strip() or not name.isprintable():
            raise malformed(
                f"{shown(name)} cannot be the name of an event",
                "a name has 1 to 256 bytes, no control characters and no space at its ends",
                at,
            )
        if name.startswith(RESERVED):
            raise malformed(f"'{name}' is a name of Cairn's own events", "count events of your application", at)
        if name in names[:index]:
            raise malformed(f"'{name}' stands twice in 'from'", "remove one", at)
    return names


EventNames = Annotated[
    tuple[str, ...],
    *written(
        read_event_names,
        {
            "oneOf": [
                {"type": "string", "minLength": 1},
                {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1},
                    "minItems": 1,
                    "uniqueItems": True,
                },
            ],
            "description": "The event, or events, that it is counted from",
        },
        lambda names: names[0] if len(names) == 1 else list(names),
    ),
]


class Metric(Section):
    """What is counted. Exactly one of count, sum, highest, distinct and streak says how."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [kind.value]} for kind in Kind]})

    count: Literal["events"] | None = Field(None, description="Count events")
    sum: PropertyName | None = Field(None, description="Add up: 'value', or the name of a property")
    highest: PropertyName | None = Field(None, description="The highest number seen in 'value' or a property")
    distinct: PropertyName | None = Field(None, description="How many different values a property had")
    streak: Literal["days", "weeks"] | None = Field(None, description="Days or weeks in a row with an event")
    from_: EventNames = Field(alias="from")
    where: dict[PropertyName, Matching] = Field({}, description="Count only events whose properties match")
    unit_phrase: UnitPhrase | None = Field(None, alias="unit")
    history: History | None = Field(None, description="Overrides the product's history for this metric")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [kind for kind in Kind if getattr(self, kind) is not None]
        if len(given) == 1:
            return self
        if given:
            mistake = Mistake(
                (given[1],),
                f"a metric has one kind, and this has {' and '.join(given)}",
                "write a metric for each",
            )
        else:
            mistake = Mistake(
                (),
                "this metric does not say how it counts",
                f"add one of {listed(Kind)}, such as count: events",
            )
        raise PydanticCustomError(MISTAKES, "malformed value", {"found": (mistake,)})

    @property
    def kind(self) -> Kind:
        """How it counts."""
        return next(kind for kind in Kind if getattr(self, kind) is not None)

    @property
    def unit(self) -> str | None:
        """What the number is in, in the plural form `other`: so records name it."""
        return self.unit_phrase.other if self.unit_phrase else None

    @property
    def amount(self) -> str:
        """What its kind reads: ``events``, ``value``, ``days``, ``weeks`` or the name of a property."""
        return str(getattr(self, self.kind))
