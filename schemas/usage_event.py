"""The usage event: one thing a contact did, as applications write it to `usage-events`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from schemas.limits import ID_BYTES, LARGEST, SMALLEST, ZONE_LENGTH
from schemas.moment import Aware
from schemas.rejection import Rejection

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Control characters: Unicode's category Cc. No id may hold one."""

_ID_PATTERN = {"pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$"}
UNSAID: Any = UNSET

BASELINE_EVENT = "cairn.baseline"
"""The reserved name of an event that carries a baseline: its value, for the metric in ``properties.metric``, holds
everything up to and including ``at``."""
BASELINE_SOURCE = "cairn-baseline"
RESERVED = "cairn."
"""How the names of Cairn's own events begin. Of those only the baseline comes in by the topic, from its source."""

Id = Annotated[str, Meta(min_length=1, max_length=ID_BYTES, extra_json_schema=_ID_PATTERN)]
Source = Annotated[str, Meta(max_length=ID_BYTES, extra_json_schema=_ID_PATTERN)]

if TYPE_CHECKING:
    Amount = int | Decimal
    Moment = int
    Zone = str | None
else:
    # A decoder takes JSON text for a typed Decimal, so "3" would pass for a number; untyped, text stays text and the
    # door sees it.
    Amount = Annotated[Any, Meta(extra_json_schema={"type": "number", "minimum": SMALLEST, "maximum": LARGEST})]
    Moment = int | Aware | UnsetType
    # Untyped likewise: what is no text costs this field and not the event.
    Zone = Annotated[Any, Meta(extra_json_schema={"type": "string", "maxLength": ZONE_LENGTH})]


class UsageEvent(msgspec.Struct, gc=False, kw_only=True, omit_defaults=True):
    """One usage event, in the wire's field order (which decodes fastest).

    `at_ms` is `at` on the wire: RFC 3339, epoch milliseconds or nothing there; behind the door always the epoch
    milliseconds of the event, taken from the record's timestamp when the event says nothing. Numbers are int or
    Decimal, never float, in `value` and anywhere in `properties`. `time_zone` is whatever JSON the wire had there;
    behind the door the name of a zone that is known, or None.
    """

    id: Annotated[Id, Meta(description="Unique within `source`; a repeat inside the dedupe window counts once")]
    source: Annotated[Source, Meta(description="Who wrote it; source and id together are the event's identity")] = ""
    contact_id: Annotated[Id, Meta(description="Whom it concerns; equal to the record's key")]
    event: Annotated[Id, Meta(description="What happened, such as documents_processed")]
    value: Annotated[Amount, Meta(description="How much of it, exact; negative for refunds")] = 1
    at_ms: Annotated[
        Moment,
        Meta(description="When: RFC 3339 with an offset, or epoch milliseconds; default: the record's timestamp"),
    ] = msgspec.field(default=UNSAID, name="at")
    properties: Annotated[dict[str, Any], Meta(description="What filters and sums may look at")] = msgspec.field(
        default_factory=dict
    )
    backfill: Annotated[bool, Meta(description="True: counted, never celebrated")] = False
    time_zone: Annotated[
        Zone,
        Meta(description="Of the device, IANA, such as America/Toronto: whose days the event's streaks are read in"),
    ] = None


class DoubtfulEvent(UsageEvent, gc=False, kw_only=True, omit_defaults=True):
    """An event that counts, and is without its `time_zone`, which names none; `fault` tells of it.

    A device that does not know where it is has done what it did all the same.
    """

    fault: Rejection
