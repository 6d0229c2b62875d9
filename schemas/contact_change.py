"""The change of a contact: what happened to a person, as a fact that stays, on the topic `contact-changes`.

Unlike a profile it is never replaced by the next record of its key, so that no later one can turn it back by accident.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from schemas.bounds import clock_of
from schemas.channel import Channel
from schemas.contact import Moment, WebPushTarget
from schemas.keyed import is_blank, keyed, keyed_fields, unfit_field
from schemas.limits import DEFAULTS, Limits
from schemas.moment import epoch_ms
from schemas.record import Record
from schemas.rejection import Rejection
from schemas.strict_json import Refused
from schemas.usage_event import Id

Change = Literal[
    "erase",
    "unsubscribe",
    "mute",
    "complaint",
    "hard_bounce",
    "resubscribe",
    "new_endpoint",
    "dead_endpoint",
    "dead_token",
]
OPENING: frozenset[Change] = frozenset({"resubscribe", "new_endpoint"})
"""These let messages through; all others are against them, or end everything (`erase`)."""
Reason = Annotated[str, Meta(max_length=1024)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class ContactChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change. `reason` is for people; it must hold nothing personal, for the topic keeps it without limit.

    `channel` narrows an unsubscribe or resubscribe to one channel; None means all. `digest` names the endpoint, token
    or address that is dead (`schemas.target_digest`), `web_push_target` the new one.
    """

    schema_version: Literal[1] = 1
    contact_id: Annotated[Id, Meta(description="Equal to the record's key")]
    change: Change
    at: Annotated[Moment, Meta(description="When: RFC 3339 with an offset, or epoch milliseconds")]
    channel: Annotated[Channel | None, Meta(description="Of unsubscribe and resubscribe; none: every channel")] = None
    digest: Annotated[
        Digest | None,
        Meta(description="SHA-256, hex, of the dead endpoint or token, or of the lower-case address that bounced"),
    ] = None
    web_push_target: Annotated[WebPushTarget | None, Meta(description="Of new_endpoint: the browser")] = None
    reason: Annotated[Reason, Meta(description="Nothing personal: it is kept without limit")] | None = None

    @property
    def at_ms(self) -> int:
        """When it happened, in epoch milliseconds."""
        return epoch_ms(self.at) if isinstance(self.at, datetime) else self.at


class DoubtfulChange(ContactChange, frozen=True, kw_only=True):
    """A change against messages with a fault that does not touch what it says; `fault` tells of it.

    Its `at` cannot be, cannot be read or is missing: it counts as of the clock. Or its `reason` is none: it has none.
    Who said no must not be written to because somebody wrote a zero date, or a long story.
    """

    fault: Rejection


def read_change(record: Record, now_ms: int, limits: Limits = DEFAULTS) -> ContactChange | Rejection:
    """Read one record of `contact-changes`, or say why not.

    `at` is held against the reader's clock, `now_ms`. What opens (resubscribe, new_endpoint) counts as of the record's
    own timestamp where that is earlier (`schemas.bounds.clock_of`). What is against messages is taken in spite of a
    fault in `at` or `reason`, as a `DoubtfulChange`; all else is refused then.
    """
    clock_ms = clock_of(record, now_ms)
    key, value = record.key(), record.value()
    try:
        if not key:
            raise Refused("key_missing", "the record has no key")
        if not value:
            raise Refused("value_missing", "the value is null or empty")
        given = keyed_fields(value, ContactChange, limits)
        unreadable = _unreadable(given)
        if unreadable is not None and unreadable.pointer == _AT:
            given["at"] = clock_ms
        elif unreadable is not None:
            del given["reason"]
        change = keyed(key, given, ContactChange)
        _check_fields(change)
    except Refused as refused:
        return refused.rejection
    fault = limits.happened(now_ms).fault(change.at_ms, "at", _AT) or unreadable
    if fault is None:
        late = change.change in OPENING and change.at_ms > clock_ms
        return msgspec.structs.replace(change, at=clock_ms) if late else change
    # An erasure cannot be taken back, and one years ahead would keep the contact out until then.
    if change.change == "erase" or change.change in OPENING:
        return fault
    fields = {name: getattr(change, name) for name in ContactChange.__struct_fields__}
    if fault.pointer == _AT:
        fields["at"] = clock_ms
    return DoubtfulChange(**fields, fault=fault)


def _unreadable(given: dict[str, Any]) -> Rejection | None:
    """What is wrong with the form of the fields without which the rest still says what it says."""
    at = given.get("at")
    if at is None or is_blank(at):
        return Rejection("field_missing", "at is missing", _AT)
    return unfit_field(given, "at", Moment) or unfit_field(given, "reason", Reason)


_AT = "/at"


def _check_fields(change: ContactChange) -> None:
    """Refuse a change that does not say what it is about, or says what it cannot be about."""
    for field, needed_by, allowed_by in _FIELDS:
        given = getattr(change, field) is not None
        if not given and change.change in needed_by:
            raise Refused("field_missing", f"{change.change} needs {field}", f"/{field}")
        if given and change.change not in allowed_by:
            raise Refused("bad_change", f"{change.change} has no {field}", f"/{field}")


_FIELDS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    ("channel", frozenset(), frozenset({"unsubscribe", "resubscribe"})),
    (
        "digest",
        frozenset({"dead_endpoint", "dead_token"}),
        frozenset({"dead_endpoint", "dead_token", "hard_bounce"}),
    ),
    ("web_push_target", frozenset({"new_endpoint"}), frozenset({"new_endpoint"})),
)
"""Of each field: the changes that need it, and those that may have it."""


def encode_change(change: ContactChange) -> bytes:
    """Return the record's value: compact JSON."""
    return msgspec.json.encode(change)
